CREATE TABLE "permissions" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "role_permissions" (
	"role" text NOT NULL,
	"permission" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"is_built_in" boolean NOT NULL,
	"version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_keys" (
	"user_id" bigint NOT NULL,
	"key" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "position" bigint;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "hash" text;--> statement-breakpoint
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_role_roles_name_fk" FOREIGN KEY ("role") REFERENCES "public"."roles"("name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_keys" ADD CONSTRAINT "search_keys_user_id_auth_info_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."auth_info"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "role_permissions_role_permission_unique" ON "role_permissions" USING btree ("role","permission");--> statement-breakpoint
CREATE UNIQUE INDEX "search_keys_user_id_key_unique" ON "search_keys" USING btree ("user_id","key");--> statement-breakpoint
CREATE INDEX "search_keys_key_user_id_index" ON "search_keys" USING btree ("key","user_id");--> statement-breakpoint
CREATE INDEX "audit_log_actor_id_index" ON "audit_log" USING btree ("actor_id");--> statement-breakpoint
CREATE INDEX "audit_log_action_index" ON "audit_log" USING btree ("action","id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log_position_unique" ON "audit_log" USING btree ("position");--> statement-breakpoint
CREATE INDEX "auth_info_is_active_id_index" ON "auth_info" USING btree ("is_active","id");--> statement-breakpoint
CREATE INDEX "user_roles_role_user_id_index" ON "user_roles" USING btree ("role","user_id");