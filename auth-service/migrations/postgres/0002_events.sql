CREATE TABLE "leases" (
	"name" text NOT NULL,
	"holder" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "outbox_published_at_index";--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "correlation_id" text;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "state" text DEFAULT 'waiting' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "parked_reason" text;--> statement-breakpoint
CREATE UNIQUE INDEX "leases_name_unique" ON "leases" USING btree ("name");--> statement-breakpoint
CREATE INDEX "outbox_state_index" ON "outbox" USING btree ("state","sequence");--> statement-breakpoint
CREATE INDEX "outbox_published_at_index" ON "outbox" USING btree ("published_at");--> statement-breakpoint
ALTER TABLE "outbox" DROP COLUMN "attempts";--> statement-breakpoint
ALTER TABLE "outbox" DROP COLUMN "next_attempt_at";