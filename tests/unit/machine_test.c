/*
 * machine_test.c - what a process may use of its machine, read from files made here.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/machine.h"
#include "base/mem.h"
#include "base/path.h"

/* A folder that stands before /proc and /sys. */
static int setup(void **state)
{
	char name[] = "/tmp/imgtop-machine-XXXXXX";

	if (mkdtemp(name) == NULL)
		return -1;
	*state = mem_strdup(name);
	return 0;
}

static int teardown(void **state)
{
	char *command = mem_printf("rm -rf '%s'", (char *)*state);
	int result = system(command);

	free(command);
	free(*state);
	return result;
}

static void put(const char *root, const char *dir, const char *name, const char *text)
{
	char *folder = mem_printf("%s%s", root, dir);
	char *path = path_join(folder, name);
	struct err err;

	if (path_make_dirs(folder, 0700, &err) != 0 ||
	    path_replace_file(path, text, strlen(text), 0600, &err) != 0)
		fail_msg("%s", err.text);
	free(path);
	free(folder);
}

static void put_proc(const char *root, const char *group)
{
	put(root, "/proc", "meminfo", "MemTotal:       16000000 kB\nMemFree: 1 kB\n");
	put(root, "/proc/self", "cgroup", group);
}

static void without_limits_all_of_the_affinity_mask_is_usable(void **state)
{
	struct machine machine;

	put_proc(*state, "0::/\n");
	put(*state, "/sys/fs/cgroup", "cpu.max", "max 100000\n");
	put(*state, "/sys/fs/cgroup", "memory.max", "max\n");
	machine_read_at(*state, 8, &machine);
	assert_int_equal(machine.cpus, 8);
	assert_true(machine.cpu_limit == 0);
	assert_int_equal(machine.memory_bytes, UINT64_C(16000000) * 1024);
	assert_false(machine.memory_limited);
}

static void a_quota_is_rounded_up_to_whole_workers(void **state)
{
	struct machine machine;
	char text[128];

	put_proc(*state, "0::/\n");
	put(*state, "/sys/fs/cgroup", "cpu.max", "150000 100000\n");
	put(*state, "/sys/fs/cgroup", "memory.max", "2000000000\n");
	machine_read_at(*state, 8, &machine);
	assert_int_equal(machine.cpus, 2);
	assert_true(machine.cpu_limit == 1.5);
	assert_int_equal(machine.memory_bytes, 2000000000);
	machine_describe(&machine, text, sizeof text);
	assert_string_equal(text, "2 CPUs (container limit 1.5), 2.0 GB (container limit)");
}

static void the_affinity_mask_may_be_tighter_than_the_quota(void **state)
{
	struct machine machine;

	put_proc(*state, "0::/\n");
	put(*state, "/sys/fs/cgroup", "cpu.max", "400000 100000\n");
	machine_read_at(*state, 3, &machine);
	assert_int_equal(machine.cpus, 3);
}

static void the_tightest_limit_on_the_way_to_the_root_counts(void **state)
{
	struct machine machine;

	put_proc(*state, "1:cpu:/elsewhere\n0::/a/b\n");
	put(*state, "/sys/fs/cgroup/a/b", "cpu.max", "300000 100000\n");
	put(*state, "/sys/fs/cgroup/a", "cpu.max", "100000 100000\n");
	put(*state, "/sys/fs/cgroup/a/b", "memory.max", "3000000\n");
	put(*state, "/sys/fs/cgroup/a", "memory.max", "4000000\n");
	put(*state, "/sys/fs/cgroup/elsewhere", "cpu.max", "50000 100000\n");
	machine_read_at(*state, 8, &machine);
	assert_int_equal(machine.cpus, 1);
	assert_int_equal(machine.memory_bytes, 3000000);
	put(*state, "/sys/fs/cgroup/a/b", "cpu.max", "200000 100000\n");
	put(*state, "/sys/fs/cgroup/a", "cpu.max", "400000 100000\n");
	put(*state, "/sys/fs/cgroup/a", "memory.max", "2000000\n");
	machine_read_at(*state, 8, &machine);
	assert_int_equal(machine.cpus, 2);
	assert_int_equal(machine.memory_bytes, 2000000);
}

static void where_nothing_can_be_read_one_cpu_is_assumed(void **state)
{
	struct machine machine;
	char text[128];

	machine_read_at(*state, 0, &machine);
	assert_int_equal(machine.cpus, 1);
	assert_int_equal(machine.memory_bytes, 0);
	machine_describe(&machine, text, sizeof text);
	assert_string_equal(text, "1 CPU");
}

static void this_machine_has_a_cpu_and_memory(void **state)
{
	struct machine machine;

	(void)state;
	machine_read(&machine);
	assert_in_range(machine.cpus, 1, 1 << 20);
	assert_int_not_equal(machine.memory_bytes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_limits_all_of_the_affinity_mask_is_usable),
		TEST(a_quota_is_rounded_up_to_whole_workers),
		TEST(the_affinity_mask_may_be_tighter_than_the_quota),
		TEST(the_tightest_limit_on_the_way_to_the_root_counts),
		TEST(where_nothing_can_be_read_one_cpu_is_assumed),
		TEST(this_machine_has_a_cpu_and_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
