/*
 * stack_unwind.c - frames with function, file and line, by libdw from the copy of a stack.
 *
 * The hosts of a run are forks of one process and mostly have the same files in the same places.
 * So there is one Dwfl (libdw's picture of a process: its modules, their tables and symbols) for
 * all processes whose executable mappings are equal: reading the tables of a program is what a
 * stack costs, and it is paid once. Threads of a kind have their outer frames in common, and a
 * second look mostly all of them, so what was found out of an address is kept, too.
 */
#include "config.h"

#include "stack/stack_unwind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "stack/stack_libdw.h"
#include "stack/stack_names.h"

#ifndef HAVE_LIBDW

struct unwinder *unwinder_new(char *why, size_t size)
{
	snprintf(why, size,
		 "this imgtop was built without libdw: install libdw-dev (Fedora: elfutils-devel, "
		 "Arch: libelf) and build it again");
	return NULL;
}

void unwinder_free(struct unwinder *unwinder)
{
	(void)unwinder;
}

void unwinder_frames(struct unwinder *unwinder, const struct capture *capture,
		     struct stack_thread *thread)
{
	(void)unwinder;
	(void)capture;
	thread->nframes = 0;
}

#else

enum {
	PROCESSES = 16,
	PROBE = 1, /* every Dwfl has one thread: the capture at hand */
	PLACES = 512,
};

/* An address, and the frames that it stands for: several where functions were inlined. */
struct place {
	Dwarf_Addr pc;
	bool exact;
	size_t count;
	struct stack_frame *frame;
};

struct process {
	Dwfl *dwfl;
	struct place place[PLACES];
	size_t nplaces;
	char *mappings;		       /* executable ones, of /proc/PID/maps */
	const struct capture *at_hand; /* whose registers and stack libdw is given */
	const struct unwinder *unwinder;
};

/* A process that was met before. Its threads were copied long since: what it maps now is not asked
 * again for each of them, which the kernel takes as long to tell as a frame to be named. */
struct known {
	pid_t pid;
	struct process *process; /* NULL: it is gone */
};

struct unwinder {
	struct libdw libdw;
	Dwfl_Callbacks calls;
	char nowhere[2]; /* where tables are looked for that lie in files of their own */
	char *path;	 /* as libdw wants it */
	struct process process[PROCESSES];
	size_t nprocesses;
	struct known *known;
	size_t nknown;
};

/*
 * Tables in files of their own are not looked for. Those of the C library, where they are installed
 * at all, are packed: unpacking them takes longer than all else together, and its symbols say
 * enough. And the usual way to look would load a library that asks servers.
 */
struct unwinder *unwinder_new(char *why, size_t size)
{
	struct unwinder *unwinder = mem_calloc(1, sizeof *unwinder);

	if (!libdw_load(&unwinder->libdw)) {
		snprintf(why, size,
			 "libdw.so.1 is not there: install libdw1 (Fedora: elfutils-libs, Arch: "
			 "libelf)");
		free(unwinder);
		return NULL;
	}
	strcpy(unwinder->nowhere, ":");
	unwinder->path = unwinder->nowhere;
	unwinder->calls = (Dwfl_Callbacks){.find_elf = unwinder->libdw.find_elf,
					   .find_debuginfo = unwinder->libdw.find_debuginfo,
					   .debuginfo_path = &unwinder->path};
	return unwinder;
}

static void forget_process(const struct unwinder *unwinder, struct process *process)
{
	for (size_t i = 0; i < process->nplaces; i++)
		free(process->place[i].frame);
	if (process->dwfl != NULL)
		unwinder->libdw.end(process->dwfl);
	free(process->mappings);
}

void unwinder_free(struct unwinder *unwinder)
{
	if (unwinder == NULL)
		return;
	for (size_t i = 0; i < unwinder->nprocesses; i++)
		forget_process(unwinder, &unwinder->process[i]);
	libdw_unload(&unwinder->libdw);
	free(unwinder->known);
	free(unwinder);
}

/* ---- a process ------------------------------------------------------------------------------ */
/* Lines "FROM-TO r-xp ... FILE" of /proc/PID/maps; NULL: it may not be read, or is gone. */
static char *executable_mappings(pid_t pid)
{
	char path[32], *line = NULL;
	size_t size = 0;
	struct textbuf text;
	FILE *maps;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (maps == NULL)
		return NULL;
	textbuf_init(&text);
	while (getline(&line, &size, maps) > 0) {
		if (strstr(line, " r-xp ") != NULL)
			textbuf_append(&text, line, strlen(line));
	}
	free(line);
	fclose(maps);
	return text.text;
}

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread)
{
	(void)dwfl;
	if (*thread != NULL)
		return 0;
	*thread = context;
	return PROBE;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *context, void **thread)
{
	(void)dwfl;
	*thread = context;
	return tid == PROBE;
}

/* Only what was copied: the thread runs again, and its stack is another by now. */
static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result, void *context)
{
	const struct process *process = context;
	const struct capture *capture = process->at_hand;
	uint64_t at = address - capture->base;

	(void)dwfl;
	if (address < capture->base || at > capture->length ||
	    capture->length - at < sizeof *result)
		return false;
	memcpy(result, capture->stack + at, sizeof *result);
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
	const struct process *process = context;
	const struct capture *capture = process->at_hand;

	process->unwinder->libdw.set_pc(thread, capture->pc);
	return process->unwinder->libdw.set_registers(thread, 0, capture->nregisters,
						      capture->registers);
}

static const Dwfl_Thread_Callbacks thread_calls = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

static bool open_process(const struct unwinder *unwinder, struct process *process, pid_t pid)
{
	const struct libdw *libdw = &unwinder->libdw;

	process->unwinder = unwinder;
	process->dwfl = libdw->begin(&unwinder->calls);
	return process->dwfl != NULL && libdw->report_process(process->dwfl, pid) == 0 &&
	       libdw->report_end(process->dwfl, NULL, NULL) == 0 &&
	       libdw->attach(process->dwfl, NULL, pid, &thread_calls, process);
}

/* NULL: it is gone. */
static struct process *look_for_process(struct unwinder *unwinder, pid_t pid)
{
	char *mappings = executable_mappings(pid);
	struct process *process;

	if (mappings == NULL)
		return NULL;
	for (size_t i = 0; i < unwinder->nprocesses; i++) {
		process = &unwinder->process[i];
		if (strcmp(process->mappings, mappings) == 0) {
			free(mappings);
			return process;
		}
	}
	if (unwinder->nprocesses == PROCESSES) {
		forget_process(unwinder, &unwinder->process[--unwinder->nprocesses]);
		unwinder->nknown = 0;
	}
	process = &unwinder->process[unwinder->nprocesses];
	*process = (struct process){.mappings = mappings};
	if (!open_process(unwinder, process, pid)) {
		forget_process(unwinder, process);
		return NULL;
	}
	unwinder->nprocesses++;
	return process;
}

static struct process *find_process(struct unwinder *unwinder, pid_t pid)
{
	struct process *process;

	for (size_t i = 0; i < unwinder->nknown; i++) {
		if (unwinder->known[i].pid == pid)
			return unwinder->known[i].process;
	}
	process = look_for_process(unwinder, pid);
	unwinder->known = mem_realloc(unwinder->known, unwinder->nknown + 1, sizeof(struct known));
	unwinder->known[unwinder->nknown++] = (struct known){.pid = pid, .process = process};
	return process;
}

/* ---- frames --------------------------------------------------------------------------------- */
struct walk {
	const struct libdw *libdw;
	size_t count;
	Dwarf_Addr pc[STACK_FRAMES];
	bool exact[STACK_FRAMES]; /* the instruction itself, not the one behind a call */
};

static int on_frame(Dwfl_Frame *state, void *context)
{
	struct walk *walk = context;

	if (walk->count == STACK_FRAMES ||
	    !walk->libdw->frame_pc(state, &walk->pc[walk->count], &walk->exact[walk->count]))
		return DWARF_CB_ABORT;
	walk->count++;
	return DWARF_CB_OK;
}

/* What is known of an address, found out when it is met first. */
static const struct place *find_place(struct process *process, Dwarf_Addr pc, bool exact)
{
	struct stack_frame frames[STACK_FRAMES];
	struct place *place;

	for (size_t i = 0; i < process->nplaces; i++) {
		if (process->place[i].pc == pc && process->place[i].exact == exact)
			return &process->place[i];
	}
	if (process->nplaces == PLACES)
		free(process->place[--process->nplaces].frame);
	place = &process->place[process->nplaces++];
	place->pc = pc;
	place->exact = exact;
	place->count = names_find(&process->unwinder->libdw, process->dwfl, pc, exact, frames,
				  STACK_FRAMES);
	place->frame = mem_copy(frames, place->count * sizeof *frames);
	return place;
}

static void add_frames(const struct place *place, struct stack_thread *thread)
{
	for (size_t i = 0; i < place->count && thread->nframes < STACK_FRAMES; i++)
		thread->frame[thread->nframes++] = place->frame[i];
}

void unwinder_frames(struct unwinder *unwinder, const struct capture *capture,
		     struct stack_thread *thread)
{
	struct process *process = find_process(unwinder, capture->pid);
	struct walk walk = {.libdw = &unwinder->libdw};

	thread->nframes = 0;
	if (process == NULL) {
		snprintf(thread->reason, sizeof thread->reason,
			 "its process ended before its stack was looked through");
		return;
	}
	process->at_hand = capture;
	unwinder->libdw.frames(process->dwfl, PROBE, on_frame, &walk);
	if (walk.count == 0) { /* where it stands is known at least */
		walk.pc[0] = capture->pc;
		walk.exact[0] = true;
		walk.count = 1;
	}
	for (size_t i = 0; i < walk.count; i++)
		add_frames(find_place(process, walk.pc[i], walk.exact[i]), thread);
}

#endif
