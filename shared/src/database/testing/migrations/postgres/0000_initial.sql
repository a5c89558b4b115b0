CREATE TABLE "sample_parts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sample_parts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sample_id" bigint NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "samples" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "samples_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"label" text NOT NULL,
	"label_key" text NOT NULL,
	"note" text,
	"amount" integer DEFAULT 0 NOT NULL,
	"version" bigint NOT NULL,
	"is_active" boolean NOT NULL,
	"details" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "sample_parts" ADD CONSTRAINT "sample_parts_sample_id_samples_id_fk" FOREIGN KEY ("sample_id") REFERENCES "public"."samples"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sample_parts_place_unique" ON "sample_parts" USING btree ("sample_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "samples_label_key_unique" ON "samples" USING btree ("label_key");--> statement-breakpoint
CREATE INDEX "samples_created_at_index" ON "samples" USING btree ("created_at");