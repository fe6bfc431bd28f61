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
#include <sys/utsname.h>
#include <unistd.h>

#include <jansson.h>

#include "report/bundle.h"
#include "stack/stack_job.h"

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

/* Two looks at a-1, which stands in the same place; b-1 may not be looked at; a third thread is no
 * worker's. */
static struct stack_job *looked_at(const struct snapshot *s)
{
	struct textbuf text;
	struct stack_job *job;

	textbuf_init(&text);
	for (unsigned round = 0; round < 2; round++) {
		textbuf_printf(&text,
			       "thread\t%u\t%u\t%u\ttaken\t5\t57000\ta-1\t\n"
			       "frame\t1000\t0\t31\tlock_here\tsrc/a.c\timgtop\n"
			       "frame\t2000\t0\t0\tstart\t\tlibc.so.6\n",
			       round, s->worker[A1].live.pid, s->worker[A1].live.tid);
		textbuf_printf(&text, "thread\t%u\t%u\t%u\tdenied\t0\t0\tb-1\tit is forbidden\n",
			       round, s->worker[B1].live.pid, s->worker[B1].live.tid);
		textbuf_printf(&text,
			       "thread\t%u\t99\t98\ttaken\t5\t57000\tport\t\n"
			       "frame\t%u\t0\t0\tpoll\t\tlibc.so.6\n",
			       round, round + 1);
	}
	textbuf_printf(&text, "end\n");
	job = stack_job_ready(text.text);
	textbuf_free(&text);
	return job;
}

static void both_forms_tell_the_same_versions(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	const struct bundle bundle = {.snapshot = s, .diagnosis = d};
	json_t *dump = parsed(&bundle), *versions = json_object_get(dump, "versions"), *value;
	struct textbuf text;
	struct utsname machine;
	const char *name;

	textbuf_init(&text);
	bundle_text(&bundle, &text);
	assert_int_equal(uname(&machine), 0);
	assert_string_equal(string(versions, "imgtop"), "9.8.7");
	assert_non_null(strstr(string(versions, "kernel"), machine.release));
	assert_int_equal(json_object_size(versions), 5);
	json_object_foreach(versions, name, value)
	{
		char line[256];

		snprintf(line, sizeof line, "\n  %s: %s\n", name,
			 json_is_null(value) ? "built without it" : json_string_value(value));
		assert_non_null(strstr(text.text, line));
	}
	textbuf_free(&text);
	json_decref(dump);
	diagnosis_free(d);
}

static void the_text_tells_two_stacks_of_each_worker_or_what_takes_their_place(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	struct stack_job *job = looked_at(s);
	const struct bundle bundle = {
		.snapshot = s, .diagnosis = d, .stacks = stack_job_result(job)};
	struct textbuf text;

	textbuf_init(&text);
	bundle_text(&bundle, &text);
	assert_non_null(strstr(text.text, "stood still for at most 57 us\n"
					  "      #0 lock_here at src/a.c:31\n"
					  "      #1 start in libc.so.6\n"
					  "    a second later: the same\n"));
	assert_non_null(strstr(text.text, "no stack: it is forbidden\n"
					  "    fallback: assemble of item-3 for "));
	assert_non_null(strstr(text.text, "no stack: its thread was not there"));
	assert_non_null(strstr(text.text, "thread port (pid 99, tid 98)"));
	assert_non_null(strstr(text.text, "    a second later\n      #0 poll in libc.so.6"));
	textbuf_free(&text);
	stack_job_free(job);
	diagnosis_free(d);
}

static void the_json_tells_two_stacks_of_each_worker_or_what_takes_their_place(void **state)
{
	struct snapshot *s = *state;
	struct diagnosis *d = locked(s);
	struct stack_job *job = looked_at(s);
	const struct bundle bundle = {
		.snapshot = s, .diagnosis = d, .stacks = stack_job_result(job)};
	json_t *dump = parsed(&bundle), *stacks = json_object_get(worker(dump, A1), "stacks"),
	       *frame;

	assert_int_equal(json_array_size(stacks), 2);
	frame = json_array_get(json_object_get(json_array_get(stacks, 1), "frames"), 0);
	assert_string_equal(string(frame, "function"), "lock_here");
	assert_string_equal(string(frame, "address"), "0x1000");
	assert_int_equal(json_integer_value(json_object_get(frame, "line")), 31);
	assert_true(json_is_null(json_object_get(worker(dump, A1), "fallback")));
	frame = json_object_get(worker(dump, B1), "fallback");
	assert_string_equal(string(frame, "reason"), "it is forbidden");
	assert_ptr_equal(strstr(string(frame, "instead"), "assemble of item-3 for "),
			 string(frame, "instead"));
	stacks = json_object_get(dump, "threads");
	assert_int_equal(json_array_size(stacks), 1);
	assert_string_equal(string(json_array_get(stacks, 0), "name"), "port");
	json_decref(dump);
	stack_job_free(job);
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
		cmocka_unit_test_setup_teardown(both_forms_tell_the_same_versions, hang_setup,
						hang_teardown),
		cmocka_unit_test_setup_teardown(
			the_text_tells_two_stacks_of_each_worker_or_what_takes_their_place,
			hang_setup, hang_teardown),
		cmocka_unit_test_setup_teardown(
			the_json_tells_two_stacks_of_each_worker_or_what_takes_their_place,
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
