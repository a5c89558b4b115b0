CREATE TABLE `account_states` (
	`auth_id` integer NOT NULL,
	`event_version` integer NOT NULL,
	`is_active` integer NOT NULL,
	`security_version` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_states_auth_id_unique` ON `account_states` (`auth_id`);--> statement-breakpoint
CREATE TABLE `inbox` (
	`message_id` text NOT NULL,
	`auth_id` integer NOT NULL,
	`version` integer NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_message_id_unique` ON `inbox` (`message_id`);--> statement-breakpoint
CREATE INDEX `inbox_received_at_index` ON `inbox` (`received_at`);--> statement-breakpoint
CREATE TABLE `pending_events` (
	`auth_id` integer NOT NULL,
	`version` integer NOT NULL,
	`event` text NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pending_events_auth_id_version_unique` ON `pending_events` (`auth_id`,`version`);--> statement-breakpoint
CREATE INDEX `pending_events_received_at_index` ON `pending_events` (`received_at`);--> statement-breakpoint
CREATE TABLE `revoked_sessions` (
	`session_id` text NOT NULL,
	`auth_id` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `revoked_sessions_session_id_unique` ON `revoked_sessions` (`session_id`);--> statement-breakpoint
CREATE INDEX `revoked_sessions_expires_at_index` ON `revoked_sessions` (`expires_at`);