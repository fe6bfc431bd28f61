/*
 * bundle_test.c - the dump of a run made by hand: what it says, and where it lies.
 */
#include "config.h"

#include "hang_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "report/bundle.h"

/* Two that hold what the other wants, seen often enough to be certain, and long enough to hang. */
static struct diagnosis *locked(struct snapshot *s)
{
	struct diagnosis *d = diagnosis_new(false);

	strcpy(s->plan.run_id, "20261120-204500-1");
	strcpy(s->plan.version, "9.8.7");
	strcpy(s->plan.workload, "drill");
	strcpy(s->plan.plan, "threads:4");
	s->plan.supervisor_pid = (uint32_t)getpid();
	s->status.updated_ns = s->at_ns;
	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, A2, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, B2, WORKER_GET, WAIT_QUEUE, QUEUE_B);
	fills(s, QUEUE_B, 0);
	for (int i = 0; i < 8; i++) {
		s->at_ns += SECOND;
		diagnosis_look(d, s, NULL);
	}
	return d;
}

static json_t *parsed(const struct bundle *bundle)
{
	char *text = bundle_json(bundle);
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	free(text);
	return value;
}

static json_t *worker(json_t *dump, unsigned index)
{
	return json_array_get(json_object_get(dump, "workers"), index);
}

static const char *string(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

static void both_forms_tell_the_deadlock_and_who_waits_for_whom(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	const struct bundle bundle = {.snapshot = s, .diagnosis = d};
	json_t *dump = parsed(&bundle), *waiting = worker(dump, A2);
	struct textbuf text;

	textbuf_init(&text);
	bundle_text(&bundle, &text);
	assert_ptr_equal(strstr(text.text, "HUNG: nothing has moved for"), text.text);
	assert_non_null(strstr(text.text, "DEADLOCK: a-1 holds out, wants log"));
	assert_non_null(strstr(text.text, "holds lock out for"));
	assert_non_null(strstr(text.text, "imgtop 9.8.7, drill, plan threads:4"));
	assert_true(json_is_true(json_object_get(json_object_get(dump, "verdict"), "hung")));
	assert_int_equal(json_array_size(json_object_get(dump, "deadlocks")), 1);
	assert_string_equal(string(worker(dump, A1), "finding"),
			    finding_info(FINDING_DEADLOCK)->word);
	assert_string_equal(string(waiting, "state"), "lock");
	waiting = json_object_get(waiting, "waits");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(waiting, "helpers"), 0)), "a-1");
	assert_int_equal(json_array_size(json_object_get(worker(dump, B1), "holds")), 1);
	assert_string_equal(string(dump, "version"), "9.8.7");
	textbuf_free(&text);
	json_decref(dump);
	diagnosis_free(d);
}

static void a_supervisor_that_is_silent_or_gone_is_told(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	const struct bundle bundle = {.snapshot = s, .diagnosis = d};
	json_t *dump, *facts;

	s->status.updated_ns = s->at_ns - 7 * SECOND;
	dump = parsed(&bundle);
	facts = json_object_get(dump, "supervisor");
	assert_true(json_is_true(json_object_get(facts, "alive")));
	assert_true(json_number_value(json_object_get(facts, "silent_s")) > 6.9);
	json_decref(dump);
	s->plan.supervisor_pid = 0x3fffffff; /* more than the kernel ever hands out */
	dump = parsed(&bundle);
	assert_true(json_is_false(json_object_get(json_object_get(dump, "supervisor"), "alive")));
	json_decref(dump);
	diagnosis_free(d);
}

static void names_of_items_cannot_break_the_text_nor_the_json(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d;
	const struct bundle bundle = {.snapshot = s};
	struct bundle full = bundle;
	struct textbuf text;

	memset(s->worker[A1].live.item, 0xff, sizeof s->worker[A1].live.item);
	memcpy(s->worker[A1].live.item, "\x1b[2J\"\n", 6);
	d = locked(s);
	full.diagnosis = d;
	textbuf_init(&text);
	bundle_text(&full, &text);
	assert_null(strchr(text.text, '\x1b'));
	json_decref(parsed(&full));
	textbuf_free(&text);
	diagnosis_free(d);
}

static void assert_private(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_true(info.st_size > 100);
}

static char *beside(const char *text_path, const char *suffix)
{
	char *path = malloc(strlen(text_path) + 16);

	strcpy(path, text_path);
	strcpy(path + strlen(path) - strlen(".txt"), suffix);
	return path;
}

static void remove_both(char *path)
{
	char *json = beside(path, ".json");

	assert_private(path);
	assert_private(json);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(json), 0);
	free(json);
	free(path);
}

static void each_dump_has_files_of_its_own_that_only_the_user_reads(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	const struct bundle bundle = {.snapshot = s, .diagnosis = d};
	char dir[] = "/tmp/imgtop-bundle-XXXXXX", *path[3];
	struct err err = {0};

	assert_non_null(mkdtemp(dir));
	snprintf(s->plan.report_dir, sizeof s->plan.report_dir, "%s", dir);
	for (int i = 0; i < 3; i++) /* more than one in the same second */
		assert_int_equal(bundle_leave(&bundle, &path[i], &err), 0);
	assert_string_not_equal(path[0], path[1]);
	assert_string_not_equal(path[1], path[2]);
	assert_ptr_equal(strstr(path[0], dir), path[0]);
	for (int i = 0; i < 3; i++)
		remove_both(path[i]);
	assert_int_equal(rmdir(dir), 0);
	diagnosis_free(d);
}

static void that_of_a_hang_replaces_the_one_before_but_follows_no_link(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	const struct bundle bundle = {.snapshot = s, .diagnosis = d};
	char dir[] = "/tmp/imgtop-bundle-XXXXXX", *path, *json;
	struct err err = {0};

	assert_non_null(mkdtemp(dir));
	assert_int_equal(bundle_write(&bundle, dir, BUNDLE_HANG, &path, &err), 0);
	assert_int_equal(chmod(path, 0644), 0);
	free(path);
	assert_int_equal(bundle_write(&bundle, dir, BUNDLE_HANG, &path, &err), 0);
	assert_private(path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(bundle_write(&bundle, dir, BUNDLE_HANG, NULL, &err), -1);
	assert_non_null(strstr(err.text, "hang.txt"));
	unlink(path);
	json = beside(path, ".json");
	unlink(json);
	assert_int_equal(rmdir(dir), 0);
	free(json);
	free(path);
	diagnosis_free(d);
}

static void who_looks_late_takes_the_stillness_from_the_page(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = diagnosis_new(false);

	for (unsigned i = A2; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	s->at_ns = 200 * SECOND; /* all that was published is 100 s old or older */
	diagnosis_look(d, s, NULL);
	diagnosis_catch_up(d, s);
	s->at_ns += SECOND / 2;
	diagnosis_look(d, s, NULL);
	assert_true(diagnosis_run(d)->hung);
	assert_int_equal(diagnosis_run(d)->culprit, A1);
	s->status.done[ITEM_OK]++;
	s->at_ns += SECOND / 2;
	diagnosis_look(d, s, NULL);
	assert_false(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_forms_tell_the_deadlock_and_who_waits_for_whom,
						hang_setup, hang_teardown),
		cmocka_unit_test_setup_teardown(a_supervisor_that_is_silent_or_gone_is_told,
						hang_setup, hang_teardown),
		cmocka_unit_test_setup_teardown(names_of_items_cannot_break_the_text_nor_the_json,
						hang_setup, hang_teardown),
		cmocka_unit_test_setup_teardown(
			each_dump_has_files_of_its_own_that_only_the_user_reads, hang_setup,
			hang_teardown),
		cmocka_unit_test_setup_teardown(
			that_of_a_hang_replaces_the_one_before_but_follows_no_link, hang_setup,
			hang_teardown),
		cmocka_unit_test_setup_teardown(who_looks_late_takes_the_stillness_from_the_page,
						hang_setup, hang_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
