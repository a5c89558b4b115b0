CREATE TABLE `sample_parts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`sample_id` integer NOT NULL,
	`position` integer NOT NULL,
	FOREIGN KEY (`sample_id`) REFERENCES `samples`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sample_parts_place_unique` ON `sample_parts` (`sample_id`,`position`);--> statement-breakpoint
CREATE TABLE `samples` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`label` text NOT NULL,
	`label_key` text NOT NULL,
	`note` text,
	`amount` integer DEFAULT 0 NOT NULL,
	`version` integer NOT NULL,
	`is_active` integer NOT NULL,
	`details` text,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `samples_label_key_unique` ON `samples` (`label_key`);--> statement-breakpoint
CREATE INDEX `samples_created_at_index` ON `samples` (`created_at`);