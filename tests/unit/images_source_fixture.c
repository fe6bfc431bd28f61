/*
 * images_source_fixture.c - what the images workload finds below its inputs.
 */
#include "config.h"

#include "images_source_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "base/mem.h"

int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);
	int rc = images_fixture_open(&fixture->base);

	fixture->base.config.inputs = fixture->inputs;
	textbuf_init(&fixture->found);
	textbuf_init(&fixture->warnings);
	fixture->emits_left = 1000;
	*state = fixture;
	return rc;
}

int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int rc = images_fixture_close(&fixture->base);

	textbuf_free(&fixture->found);
	textbuf_free(&fixture->warnings);
	free(fixture);
	return rc;
}

void set(struct fixture *fixture, const char *name, const char *value)
{
	images_fixture_set(&fixture->base, name, value);
}

static bool on_emit(struct source *source, const struct source_item *item)
{
	struct fixture *fixture = source->engine;

	assert_true(strlen(item->name) + item->payload_length <= WORK_PAYLOAD_BYTES - 16);
	if (item->verdict != ERR_NONE)
		textbuf_printf(&fixture->found, "%s!%s%s\n", item->name,
			       item->verdict == ERR_SKIP ? "skip: " : "", item->reason);
	else
		textbuf_printf(&fixture->found, "%s>%.*s\n", item->name, (int)item->payload_length,
			       (const char *)item->payload);
	return --fixture->emits_left > 0;
}

static void on_estimate(struct source *source, uint64_t items)
{
	struct fixture *fixture = source->engine;

	assert_true(items >= fixture->estimate);
	fixture->estimate = items;
}

static bool on_seen(struct source *source, uint64_t entries)
{
	struct fixture *fixture = source->engine;

	fixture->seen += entries;
	return fixture->seen_most == 0 || fixture->seen < fixture->seen_most;
}

static void on_warn(struct source *source, const char *text)
{
	struct fixture *fixture = source->engine;

	textbuf_printf(&fixture->warnings, "%s\n", text);
}

int find(struct fixture *fixture, const char *first, const char *second)
{
	struct source source = {.config = &fixture->base.config,
				.emit = on_emit,
				.estimate = on_estimate,
				.seen = on_seen,
				.warn = on_warn,
				.engine = fixture};

	fixture->inputs[0] = first;
	fixture->inputs[1] = second;
	fixture->base.config.ninputs = second != NULL ? 2 : first != NULL ? 1 : 0;
	fixture->estimate = 0;
	fixture->seen = 0;
	textbuf_free(&fixture->found);
	textbuf_init(&fixture->found);
	err_clear(&fixture->base.err);
	return fixture->base.workload->source(&source, &fixture->base.err);
}

int check(struct fixture *fixture, const char *first, const char *second)
{
	fixture->inputs[0] = first;
	fixture->inputs[1] = second;
	fixture->base.config.ninputs = second != NULL ? 2 : first != NULL ? 1 : 0;
	err_clear(&fixture->base.err);
	return fixture->base.workload->check(&fixture->base.config, &fixture->base.err);
}

void assert_found(struct fixture *fixture, const char *first, const char *second,
		  const char *expected)
{
	assert_int_equal(find(fixture, first, second), 0);
	assert_string_equal(fixture->found.text, expected);
}

void assert_check_says(struct fixture *fixture, const char *first, const char *second,
		       const char *reason)
{
	assert_int_equal(check(fixture, first, second), -1);
	assert_int_equal(fixture->base.err.kind, ERR_PERMANENT);
	if (strstr(fixture->base.err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fixture->base.err.text, reason);
}

void image(const char *path)
{
	put_file(path, "\xff\xd8\xff\xe0\0\020JFIF\0\1\1\0\0\1\0\1\0\0", 20);
}

void folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}
