CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`reason` text,
	`user_id` integer,
	`actor_id` integer,
	`session_id` text,
	`ip` text,
	`request_id` text,
	`details` text
);
--> statement-breakpoint
CREATE INDEX `audit_log_user_id_index` ON `audit_log` (`user_id`);--> statement-breakpoint
CREATE INDEX `audit_log_at_index` ON `audit_log` (`at`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`aggregate_id` integer NOT NULL,
	`aggregate_version` integer NOT NULL,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`headers` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`published_at` integer,
	`parked_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_id_unique` ON `outbox` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_aggregate_unique` ON `outbox` (`aggregate_id`,`aggregate_version`);--> statement-breakpoint
CREATE INDEX `outbox_published_at_index` ON `outbox` (`published_at`,`aggregate_id`,`aggregate_version`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`refresh_token_id` text NOT NULL,
	`access_token_id` text NOT NULL,
	`previous_refresh_token_id` text,
	`issued_at` integer NOT NULL,
	`refresh_expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	`ip` text,
	`user_agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `auth_info`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sessions_user_id_index` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_refresh_expires_at_index` ON `sessions` (`refresh_expires_at`);--> statement-breakpoint
CREATE TABLE `user_roles` (
	`user_id` integer NOT NULL,
	`role` text NOT NULL,
	`granted_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `auth_info`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_roles_user_id_role_unique` ON `user_roles` (`user_id`,`role`);--> statement-breakpoint
ALTER TABLE `auth_info` ADD `display_name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `auth_info` ADD `event_version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `auth_info` ADD `last_login_at` integer;