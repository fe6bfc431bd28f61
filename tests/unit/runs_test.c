/*
 * runs_test.c - finding the runs that go on, and clearing away what dead ones have left.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/page.h"
#include "view/control.h"
#include "view/runs.h"

struct fixture {
	char home[64];
	char folder[96];
	pid_t dead; /* a process number that nobody has */
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL)
		return -1;
	strcpy(f->home, "/tmp/imgtop-runs-XXXXXX");
	if (mkdtemp(f->home) == NULL || setenv("XDG_RUNTIME_DIR", f->home, 1) != 0)
		return -1;
	snprintf(f->folder, sizeof f->folder, "%s/imgtop", f->home);
	f->dead = fork();
	if (f->dead == 0)
		_exit(0);
	waitpid(f->dead, NULL, 0);
	*state = f;
	return mkdir(f->folder, 0700);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[160];

	snprintf(command, sizeof command, "rm -rf '%s'", f->home);
	free(f);
	return system(command);
}

static void path_of(const struct fixture *f, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", f->folder, name);
}

/* A page as its supervisor leaves it; pid 0: the plan was not written yet. */
static void make_page(const struct fixture *f, const char *id, pid_t pid, uint64_t started)
{
	struct page_plan *plan = calloc(1, sizeof *plan);
	char path[192];
	struct page *page;
	struct err err;

	assert_non_null(plan);
	snprintf(path, sizeof path, "%s/%s.page", f->folder, id);
	page = page_create(path, &err);
	assert_non_null(page);
	plan->supervisor_pid = (uint32_t)pid;
	plan->started_real_ns = started;
	if (pid != 0)
		page_write_plan(page, plan);
	page_close(page);
	free(plan);
}

static int exists(const struct fixture *f, const char *name)
{
	char path[192];

	path_of(f, name, path, sizeof path);
	return access(path, F_OK) == 0;
}

static void living_runs_are_listed_newest_first(void **state)
{
	struct fixture *f = *state;
	struct run_entry *entries;
	struct err err;
	char *page;

	make_page(f, "old-1", getpid(), 100);
	make_page(f, "new-1", getpid(), 300);
	make_page(f, "mid-1", getpid(), 200);
	assert_int_equal(runs_list(&entries, &err), 3);
	assert_string_equal(entries[0].id, "new-1");
	assert_string_equal(entries[1].id, "mid-1");
	assert_string_equal(entries[2].id, "old-1");
	page = runs_page(NULL, &err);
	assert_string_equal(page, entries[0].page_path);
	free(page);
	page = runs_page("old-1", &err);
	assert_string_equal(page, entries[2].page_path);
	free(page);
	assert_null(runs_page("none", &err));
	assert_non_null(strstr(err.text, "new-1"));
	runs_free(entries, 3);
}

static void pages_and_sockets_of_dead_runs_are_removed(void **state)
{
	struct fixture *f = *state;
	struct run_entry *entries;
	char path[192];
	struct err err;

	make_page(f, "dead-1", f->dead, 100);
	path_of(f, "dead-1.sock", path, sizeof path);
	close(control_listen(path, &err));
	assert_true(exists(f, "dead-1.sock"));
	assert_int_equal(runs_list(&entries, &err), 0);
	runs_free(entries, 0);
	assert_false(exists(f, "dead-1.page"));
	assert_false(exists(f, "dead-1.sock"));
	assert_null(runs_page(NULL, &err));
	assert_non_null(strstr(err.text, "no run is going on"));
}

static void a_page_that_is_being_made_is_neither_listed_nor_removed(void **state)
{
	struct fixture *f = *state;
	struct run_entry *entries;
	char id[64], name[80];
	struct err err;

	snprintf(id, sizeof id, "run-%d", (int)getpid());
	make_page(f, id, 0, 0);
	assert_int_equal(runs_list(&entries, &err), 0);
	runs_free(entries, 0);
	snprintf(name, sizeof name, "%s.page", id);
	assert_true(exists(f, name));
	/* Its supervisor died before it wrote the plan: the name says so. */
	snprintf(id, sizeof id, "run-%d", (int)f->dead);
	make_page(f, id, 0, 0);
	assert_int_equal(runs_list(&entries, &err), 0);
	runs_free(entries, 0);
	snprintf(name, sizeof name, "%s.page", id);
	assert_false(exists(f, name));
}

static void what_is_no_page_of_ours_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct run_entry *entries;
	char path[192];
	struct err err;
	FILE *file;

	path_of(f, "notes.txt", path, sizeof path);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	snprintf(path, sizeof path, "%s/fifo-%d.page", f->folder, (int)f->dead);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(runs_list(&entries, &err), 0);
	runs_free(entries, 0);
	assert_true(exists(f, "notes.txt"));
	assert_int_equal(access(path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(living_runs_are_listed_newest_first, setup,
						teardown),
		cmocka_unit_test_setup_teardown(pages_and_sockets_of_dead_runs_are_removed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_page_that_is_being_made_is_neither_listed_nor_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_page_of_ours_is_left_alone, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
