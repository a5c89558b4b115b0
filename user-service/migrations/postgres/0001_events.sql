CREATE TABLE "account_states" (
	"auth_id" bigint NOT NULL,
	"event_version" bigint NOT NULL,
	"is_active" boolean NOT NULL,
	"security_version" bigint NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"message_id" text NOT NULL,
	"auth_id" bigint NOT NULL,
	"version" bigint NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pending_events" (
	"auth_id" bigint NOT NULL,
	"version" bigint NOT NULL,
	"event" jsonb NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revoked_sessions" (
	"session_id" text NOT NULL,
	"auth_id" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "account_states_auth_id_unique" ON "account_states" USING btree ("auth_id");--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_message_id_unique" ON "inbox" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "inbox_received_at_index" ON "inbox" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "pending_events_auth_id_version_unique" ON "pending_events" USING btree ("auth_id","version");--> statement-breakpoint
CREATE INDEX "pending_events_received_at_index" ON "pending_events" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "revoked_sessions_session_id_unique" ON "revoked_sessions" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "revoked_sessions_expires_at_index" ON "revoked_sessions" USING btree ("expires_at");