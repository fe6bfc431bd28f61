/*
 * machine.c - how much of this machine the program may use (floor: base). No state.
 *
 * Formats: cpu.max ("QUOTA PERIOD", or "max") and memory.max of the kernel's cgroup-v2.rst; a limit
 * of a group holds for all groups beneath it, so the tightest on the way to the root counts.
 */
#include "config.h"

#include "base/machine.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { LARGEST_MASK = 1 << 20 };

/* What follows `prefix` in the first line that begins with it. Caller frees; NULL when there is
 * none. */
static char *read_line(const char *root, const char *path, const char *prefix)
{
	char *name = mem_printf("%s%s", root, path), *found = NULL;
	FILE *file = fopen(name, "re");
	char line[4096];

	free(name);
	if (file == NULL)
		return NULL;
	while (found == NULL && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, prefix, strlen(prefix)) == 0)
			found = mem_strdup(line + strlen(prefix));
	}
	fclose(file);
	return found;
}

static void apply_cpu_max(const char *text, struct machine *machine)
{
	uint64_t quota, period;
	double limit;

	/* "max" is no number: no limit. */
	if (sscanf(text, "%" SCNu64 " %" SCNu64, &quota, &period) != 2 || period == 0 || quota == 0)
		return;
	limit = (double)quota / (double)period;
	if (machine->cpu_limit <= 0 || limit < machine->cpu_limit)
		machine->cpu_limit = limit;
}

static void apply_memory_max(const char *text, struct machine *machine)
{
	uint64_t limit;

	if (sscanf(text, "%" SCNu64, &limit) != 1)
		return;
	if (machine->memory_bytes == 0 || limit < machine->memory_bytes) {
		machine->memory_bytes = limit;
		machine->memory_limited = true;
	}
}

static void apply_file(const char *root, const char *group, const char *name,
		       struct machine *machine,
		       void (*apply)(const char *text, struct machine *machine))
{
	char *path = mem_printf("/sys/fs/cgroup%s/%s", group, name);
	char *text = read_line(root, path, "");

	if (text != NULL)
		apply(text, machine);
	free(text);
	free(path);
}

/* The process's group and all above it. */
static void apply_groups(const char *root, struct machine *machine)
{
	char *group = read_line(root, "/proc/self/cgroup", "0::");

	if (group == NULL)
		return;
	for (;;) {
		char *slash = strrchr(group, '/');

		apply_file(root, strcmp(group, "/") == 0 ? "" : group, "cpu.max", machine,
			   apply_cpu_max);
		apply_file(root, strcmp(group, "/") == 0 ? "" : group, "memory.max", machine,
			   apply_memory_max);
		if (slash == NULL || strcmp(group, "/") == 0)
			break;
		slash[slash == group] = '\0';
	}
	free(group);
}

static uint64_t read_ram(const char *root)
{
	char *text = read_line(root, "/proc/meminfo", "MemTotal:");
	uint64_t kib = 0;

	if (text == NULL || sscanf(text, "%" SCNu64, &kib) != 1)
		kib = 0;
	free(text);
	return kib * 1024;
}

void machine_read_at(const char *root, unsigned affinity, struct machine *machine)
{
	*machine = (struct machine){.cpus = affinity > 0 ? affinity : 1,
				    .memory_bytes = read_ram(root)};
	apply_groups(root, machine);
	if (machine->cpu_limit > 0 && machine->cpu_limit < machine->cpus) {
		unsigned whole = (unsigned)machine->cpu_limit;

		machine->cpus = whole < machine->cpu_limit ? whole + 1 : whole;
	}
}

/* CPUs of the affinity mask; the kernel's mask may be larger than cpu_set_t. */
static unsigned count_affinity(void)
{
	for (size_t cpus = CPU_SETSIZE; cpus <= LARGEST_MASK; cpus *= 2) {
		size_t size = CPU_ALLOC_SIZE(cpus);
		cpu_set_t *set = mem_calloc(size, 1);
		int count = 0;

		if (sched_getaffinity(0, size, set) == 0)
			count = CPU_COUNT_S(size, set);
		free(set);
		if (count > 0)
			return (unsigned)count;
	}
	return 1;
}

void machine_read(struct machine *machine)
{
	machine_read_at("", count_affinity(), machine);
}

void machine_describe(const struct machine *machine, char *text, size_t size)
{
	struct textbuf line;
	char memory[16];

	textbuf_init(&line);
	textbuf_printf(&line, "%u CPU%s", machine->cpus, machine->cpus == 1 ? "" : "s");
	if (machine->cpu_limit > 0)
		textbuf_printf(&line, " (container limit %.3g)", machine->cpu_limit);
	if (machine->memory_bytes > 0) {
		text_bytes(memory, sizeof memory, machine->memory_bytes);
		textbuf_printf(&line, ", %s%s", memory,
			       machine->memory_limited ? " (container limit)" : "");
	}
	snprintf(text, size, "%s", line.text);
	textbuf_free(&line);
}
