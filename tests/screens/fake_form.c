/*
 * fake_form.c - a setup form that starts nothing.
 */
#include "config.h"

#include "fake_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const strategies[] = {"sequential", "threads", "processes", "hybrid", NULL};
static const char *const sentences[] = {
	"One worker does everything, one image after the other.",
	"N threads of one process, each does whole images.",
	"N processes, each does whole images; a crash costs one image.",
	"Threads wait for disks, processes compute.",
};

static const struct ui_field fields[FAKE_FIELDS] = {
	[FAKE_STRATEGY] = {"strategy", "Strategy", "how the work is spread", strategies, sentences,
			   false, false},
	[FAKE_WORKERS] = {"workers", "Workers", "threads or processes", NULL, NULL, false, false},
	[FAKE_IO] = {"io", "I/O threads", "of hybrid", NULL, NULL, false, false},
	[FAKE_INPUT] = {"input", "Input", "files and folders", NULL, NULL, false, false},
	[FAKE_FSYNC] = {"fsync", "Sync", "flush every output to the disk", NULL, NULL, true, true},
};

static bool applies(void *context, size_t field)
{
	const struct fake_form *form = context;
	bool hybrid = strcmp(form->value[FAKE_STRATEGY], "hybrid") == 0;

	if (field == FAKE_IO)
		return hybrid;
	return field != FAKE_WORKERS || !hybrid;
}

static void get(void *context, size_t field, char *text, size_t size)
{
	const struct fake_form *form = context;

	(void)snprintf(text, size, "%s", form->value[field]);
}

static int set(void *context, size_t field, const char *text, struct err *err)
{
	struct fake_form *form = context;

	if (field == FAKE_WORKERS && (atoi(text) < 1 || atoi(text) > 240))
		return err_permanent(err, "Workers: %s is not a number from 1 to 240", text);
	(void)snprintf(form->value[field], sizeof(form->value[field]), "%s", text);
	return 0;
}

static void preview(void *context, struct ui_preview *preview)
{
	const struct fake_form *form = context;

	(void)snprintf(preview->topology, sizeof(preview->topology),
		       "walk → [q 256] → read…write×%s", form->value[FAKE_WORKERS]);
	(void)snprintf(preview->command, sizeof(preview->command),
		       "imgtop run images %s -s %s -j %s", form->value[FAKE_INPUT],
		       form->value[FAKE_STRATEGY], form->value[FAKE_WORKERS]);
	(void)snprintf(preview->machine, sizeof(preview->machine), "4 CPUs, 16 GB");
	(void)snprintf(preview->recommendation, sizeof(preview->recommendation),
		       "hybrid:2+4, because decoding takes most of the time");
	preview->measured = form->measured;
	if (form->measured)
		(void)snprintf(
			preview->recommendation, sizeof(preview->recommendation),
			"threads:2, queues of 4: of 31 ms for each of the images 99 %% is "
			"computing. Measured: 20 of 36 images; about 0.52 s, one worker 1.04 s");
	preview->bad_field = -1;
}

/* The screen only asks; who owns the loop begins it. */
static int measure(void *context, struct err *err)
{
	(void)context;
	return err_permanent(err, "nothing is measured in this test");
}

static int take_advice(void *context, struct err *err)
{
	struct fake_form *form = context;

	(void)err;
	form->taken++;
	(void)snprintf(form->value[FAKE_WORKERS], sizeof(form->value[FAKE_WORKERS]), "2");
	return 0;
}

static bool needs_samples(void *context)
{
	return ((struct fake_form *)context)->samples;
}

void fake_form_init(struct fake_form *form)
{
	*form = (struct fake_form){
		.services = {.fields = fields,
			     .nfields = FAKE_FIELDS,
			     .field_applies = applies,
			     .get = get,
			     .set = set,
			     .preview = preview,
			     .measure = measure,
			     .take_advice = take_advice,
			     .needs_samples = needs_samples},
		.value = {"threads", "4", "2", "photos", "no"},
	};
	form->services.context = form;
}
