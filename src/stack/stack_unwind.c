/*
 * stack_unwind.c - frames with function, file and line, by libdw from the copy of a stack.
 *
 * The hosts of a run are forks of one process and mostly have the same files in the same places.
 * So there is one Dwfl (libdw's picture of a process: its modules, their tables and symbols) for
 * all processes whose executable mappings are equal: reading the tables of a program is what a
 * stack costs, and it is paid once.
 */
#include "config.h"

#include "stack/stack_unwind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "stack/stack_libdw.h"

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

enum { PROCESSES = 16, PROBE = 1 /* every Dwfl has one thread: the capture at hand */ };

struct process {
	Dwfl *dwfl;
	char *mappings;		       /* executable ones, of /proc/PID/maps */
	const struct capture *at_hand; /* whose registers and stack libdw is given */
	const struct unwinder *unwinder;
};

struct unwinder {
	struct libdw libdw;
	Dwfl_Callbacks calls;
	char nowhere[2]; /* where tables are looked for that lie in files of their own */
	char *path;	 /* as libdw wants it */
	struct process process[PROCESSES];
	size_t nprocesses;
	pid_t last_pid; /* of the capture before: mostly the same */
	struct process *last;
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
	if (unwinder->nprocesses == PROCESSES)
		forget_process(unwinder, &unwinder->process[--unwinder->nprocesses]);
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
	if (unwinder->last == NULL || unwinder->last_pid != pid) {
		unwinder->last = look_for_process(unwinder, pid);
		unwinder->last_pid = pid;
	}
	return unwinder->last;
}

/* ---- names ---------------------------------------------------------------------------------- */
/* "src/engine/worker.c" of "/home/me/imgtop/build/../src/engine/worker.c": what stands behind the
 * last step upwards; of other paths the last three parts. */
static void short_file(const char *path, char *text, size_t size)
{
	const char *kept = path, *up;
	int parts = 0;

	while ((up = strstr(kept, "../")) != NULL)
		kept = up + 3;
	if (kept == path) {
		kept = path + strlen(path);
		while (kept > path && (kept[-1] != '/' || ++parts < 3))
			kept--;
	}
	snprintf(text, size, "%s", kept);
}

static void name_module(const struct libdw *libdw, Dwfl_Module *module, struct stack_frame *frame)
{
	const char *path = libdw->module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	const char *base = path != NULL ? strrchr(path, '/') : NULL;

	if (path != NULL)
		snprintf(frame->module, sizeof frame->module, "%s", base != NULL ? base + 1 : path);
}

static void name_line(const struct libdw *libdw, Dwfl_Module *module, Dwarf_Addr address,
		      struct stack_frame *frame)
{
	Dwfl_Line *line = libdw->source(module, address);
	int number = 0;
	const char *path = line != NULL ? libdw->line(line, NULL, &number, NULL, NULL, NULL) : NULL;

	if (path == NULL || number <= 0)
		return;
	short_file(path, frame->file, sizeof frame->file);
	frame->line = (unsigned)number;
}

/* Where an inlined function was called from. */
static void name_call(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Die *inlined,
		      struct stack_frame *frame)
{
	Dwarf_Attribute attribute;
	Dwarf_Word line, index;
	Dwarf_Files *files;
	const char *path;
	size_t count;

	if (libdw->number(libdw->attribute(inlined, DW_AT_call_line, &attribute), &line) != 0 ||
	    libdw->number(libdw->attribute(inlined, DW_AT_call_file, &attribute), &index) != 0 ||
	    libdw->files(unit, &files, &count) != 0)
		return;
	path = libdw->file_name(files, index, NULL, NULL);
	if (path == NULL)
		return;
	short_file(path, frame->file, sizeof frame->file);
	frame->line = (unsigned)line;
}

/* The scopes around an address, from the innermost outwards: of what was inlined, the functions
 * that it was inlined into. Returns how many; the caller frees them. */
static int find_scopes(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
		       Dwarf_Die **scopes)
{
	Dwarf_Die *around = NULL;
	int count = libdw->scopes(unit, address, &around);

	*scopes = NULL;
	if (count > 0) /* they end with the innermost function: its parents go on */
		count = libdw->parents(&around[0], scopes);
	free(around);
	return count > 0 ? count : 0;
}

/* Names the frame, and adds those that it was inlined into; how many they are then. */
static size_t name_scopes(const struct libdw *libdw, Dwarf_Die *unit, Dwarf_Addr address,
			  struct stack_frame *frame, size_t room)
{
	Dwarf_Die *scopes;
	int nscopes = find_scopes(libdw, unit, address, &scopes);
	size_t count = 1;

	for (int i = 0; i < nscopes; i++) {
		struct stack_frame *inner = &frame[count - 1];
		int tag = libdw->tag(&scopes[i]);
		const char *name;

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		name = libdw->die_name(&scopes[i]);
		snprintf(inner->function, sizeof inner->function, "%s", name != NULL ? name : "");
		if (tag == DW_TAG_subprogram || count == room)
			break;
		inner->inlined = true;
		frame[count] = (struct stack_frame){.pc = inner->pc};
		memcpy(frame[count].module, inner->module, sizeof inner->module);
		name_call(libdw, unit, &scopes[i], &frame[count]);
		count++;
	}
	free(scopes);
	return count;
}

/* Where there are no tables of the source: the symbol that the address lies in. */
static void name_symbol(const struct libdw *libdw, Dwfl_Module *module, Dwarf_Addr address,
			struct stack_frame *frame)
{
	GElf_Off offset;
	GElf_Sym found;
	const char *symbol = libdw->symbol(module, address, &offset, &found, NULL, NULL, NULL);

	if (symbol == NULL)
		return;
	snprintf(frame->function, sizeof frame->function, "%s", symbol);
	frame->function[strcspn(frame->function, "@")] = '\0'; /* poll@@GLIBC_2.2.5 */
}

/* One frame, or several where functions were inlined there; how many. `room` is at least 1. */
static size_t name_frames(const struct libdw *libdw, Dwfl *dwfl, Dwarf_Addr pc, Dwarf_Addr address,
			  struct stack_frame *frame, size_t room)
{
	Dwfl_Module *module = libdw->module_at(dwfl, address);
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit;
	size_t count = 1;

	frame[0] = (struct stack_frame){.pc = pc};
	if (module == NULL)
		return 1;
	name_module(libdw, module, &frame[0]);
	name_line(libdw, module, address, &frame[0]);
	unit = libdw->unit(module, address, &bias);
	if (unit != NULL)
		count = name_scopes(libdw, unit, address - bias, frame, room);
	if (frame[count - 1].function[0] == '\0')
		name_symbol(libdw, module, address, &frame[count - 1]);
	return count;
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
	for (size_t i = 0; i < walk.count && thread->nframes < STACK_FRAMES; i++)
		thread->nframes += name_frames(
			&unwinder->libdw, process->dwfl, walk.pc[i], walk.pc[i] - !walk.exact[i],
			&thread->frame[thread->nframes], STACK_FRAMES - thread->nframes);
}

#endif
