CREATE TABLE `permissions` (
	`name` text PRIMARY KEY NOT NULL,
	`description` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `role_permissions` (
	`role` text NOT NULL,
	`permission` text NOT NULL,
	FOREIGN KEY (`role`) REFERENCES `roles`(`name`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `role_permissions_role_permission_unique` ON `role_permissions` (`role`,`permission`);--> statement-breakpoint
CREATE TABLE `roles` (
	`name` text PRIMARY KEY NOT NULL,
	`description` text NOT NULL,
	`is_built_in` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `search_keys` (
	`user_id` integer NOT NULL,
	`key` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `auth_info`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `search_keys_user_id_key_unique` ON `search_keys` (`user_id`,`key`);--> statement-breakpoint
CREATE INDEX `search_keys_key_user_id_index` ON `search_keys` (`key`,`user_id`);--> statement-breakpoint
ALTER TABLE `audit_log` ADD `position` integer;--> statement-breakpoint
ALTER TABLE `audit_log` ADD `hash` text;--> statement-breakpoint
CREATE INDEX `audit_log_actor_id_index` ON `audit_log` (`actor_id`);--> statement-breakpoint
CREATE INDEX `audit_log_action_index` ON `audit_log` (`action`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `audit_log_position_unique` ON `audit_log` (`position`);--> statement-breakpoint
CREATE INDEX `auth_info_is_active_id_index` ON `auth_info` (`is_active`,`id`);--> statement-breakpoint
CREATE INDEX `user_roles_role_user_id_index` ON `user_roles` (`role`,`user_id`);