CREATE TABLE `auth_info` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`login` text NOT NULL,
	`login_key` text NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`hashed_password` text NOT NULL,
	`is_active` integer NOT NULL,
	`security_version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `auth_info_login_key_unique` ON `auth_info` (`login_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `auth_info_email_key_unique` ON `auth_info` (`email_key`);--> statement-breakpoint
CREATE TABLE `token_blacklist` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`jti` text NOT NULL,
	`user_id` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`blacklisted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `token_blacklist_jti_unique` ON `token_blacklist` (`jti`);--> statement-breakpoint
CREATE INDEX `token_blacklist_expires_at_index` ON `token_blacklist` (`expires_at`);