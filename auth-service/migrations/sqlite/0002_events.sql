CREATE TABLE `leases` (
	`name` text NOT NULL,
	`holder` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `leases_name_unique` ON `leases` (`name`);--> statement-breakpoint
DROP INDEX `outbox_published_at_index`;--> statement-breakpoint
ALTER TABLE `outbox` ADD `correlation_id` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `state` text DEFAULT 'waiting' NOT NULL;--> statement-breakpoint
ALTER TABLE `outbox` ADD `parked_reason` text;--> statement-breakpoint
CREATE INDEX `outbox_state_index` ON `outbox` (`state`,`sequence`);--> statement-breakpoint
CREATE INDEX `outbox_published_at_index` ON `outbox` (`published_at`);--> statement-breakpoint
ALTER TABLE `outbox` DROP COLUMN `attempts`;--> statement-breakpoint
ALTER TABLE `outbox` DROP COLUMN `next_attempt_at`;