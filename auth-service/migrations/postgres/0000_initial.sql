CREATE TABLE "auth_info" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "auth_info_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"login" text NOT NULL,
	"login_key" text NOT NULL,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"hashed_password" text NOT NULL,
	"is_active" boolean NOT NULL,
	"security_version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token_blacklist" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "token_blacklist_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"jti" text NOT NULL,
	"user_id" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"blacklisted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "auth_info_login_key_unique" ON "auth_info" USING btree ("login_key");--> statement-breakpoint
CREATE UNIQUE INDEX "auth_info_email_key_unique" ON "auth_info" USING btree ("email_key");--> statement-breakpoint
CREATE UNIQUE INDEX "token_blacklist_jti_unique" ON "token_blacklist" USING btree ("jti");--> statement-breakpoint
CREATE INDEX "token_blacklist_expires_at_index" ON "token_blacklist" USING btree ("expires_at");