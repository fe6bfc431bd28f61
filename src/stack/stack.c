/*
 * stack.c - what a helper tells, as lines of fields with tabs between, and read back.
 *
 *   problem TEXT
 *   thread ROUND PID TID OUTCOME AT_NS HELD_NS NAME REASON
 *   frame PC INLINED LINE FUNCTION FILE MODULE
 *   end
 */
#include "config.h"

#include "stack/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LIBDW
#include <elfutils/version.h>
#endif

#include "base/mem.h"
#include "base/text.h"

enum { FIELDS = 10 };

static const char *const outcome_words[STACK_OUTCOMES] = {
	[STACK_TAKEN] = "taken", [STACK_DENIED] = "denied", [STACK_LATE] = "late",
	[STACK_GONE] = "gone",	 [STACK_FAILED] = "failed",
};

const char *stack_outcome_word(enum stack_outcome outcome)
{
	return (unsigned)outcome < STACK_OUTCOMES ? outcome_words[outcome] : "failed";
}

static enum stack_outcome outcome_of(const char *word)
{
	for (int i = 0; i < STACK_OUTCOMES; i++) {
		if (strcmp(outcome_words[i], word) == 0)
			return (enum stack_outcome)i;
	}
	return STACK_FAILED;
}

/* Names come from a process that may be anybody's: no tab and no newline gets past this. */
static void put_text(struct textbuf *out, const char *text, size_t most)
{
	char harmless[4 * STACK_REASON_BYTES];

	text_sanitise(harmless, sizeof harmless, text, strnlen(text, most));
	textbuf_printf(out, "\t%s", harmless);
}

void stack_put_problem(struct textbuf *out, const char *problem)
{
	textbuf_printf(out, "problem");
	put_text(out, problem, STACK_REASON_BYTES);
	textbuf_printf(out, "\n");
}

void stack_put_thread(struct textbuf *out, const struct stack_thread *thread)
{
	textbuf_printf(out, "thread\t%u\t%d\t%d\t%s\t%" PRIu64 "\t%" PRIu64, thread->round,
		       (int)thread->pid, (int)thread->tid, stack_outcome_word(thread->outcome),
		       thread->at_ns, thread->held_ns);
	put_text(out, thread->name, sizeof thread->name);
	put_text(out, thread->reason, sizeof thread->reason);
	textbuf_printf(out, "\n");
}

void stack_put_frame(struct textbuf *out, const struct stack_frame *frame)
{
	textbuf_printf(out, "frame\t%" PRIx64 "\t%d\t%u", frame->pc, frame->inlined, frame->line);
	put_text(out, frame->function, sizeof frame->function);
	put_text(out, frame->file, sizeof frame->file);
	put_text(out, frame->module, sizeof frame->module);
	textbuf_printf(out, "\n");
}

void stack_put_end(struct textbuf *out)
{
	textbuf_printf(out, "end\n");
}

/* Cut a line at its tabs; how many fields there are. */
static size_t cut(char *line, char *field[FIELDS])
{
	size_t count = 0;

	while (count < FIELDS && line != NULL)
		field[count++] = strsep(&line, "\t");
	return count;
}

static void take_thread(struct stack_set *set, char *const field[FIELDS])
{
	struct stack_thread *thread;

	if (set->count == 2 * STACK_THREADS)
		return;
	set->thread = mem_realloc(set->thread, set->count + 1, sizeof *set->thread);
	thread = &set->thread[set->count++];
	*thread = (struct stack_thread){
		.round = (unsigned)strtoul(field[1], NULL, 10),
		.pid = (pid_t)strtol(field[2], NULL, 10),
		.tid = (pid_t)strtol(field[3], NULL, 10),
		.outcome = outcome_of(field[4]),
		.at_ns = strtoull(field[5], NULL, 10),
		.held_ns = strtoull(field[6], NULL, 10),
	};
	snprintf(thread->name, sizeof thread->name, "%s", field[7]);
	snprintf(thread->reason, sizeof thread->reason, "%s", field[8]);
}

static void take_frame(struct stack_set *set, char *const field[FIELDS])
{
	struct stack_thread *thread = set->count > 0 ? &set->thread[set->count - 1] : NULL;
	struct stack_frame *frame;

	if (thread == NULL || thread->nframes == STACK_FRAMES)
		return;
	thread->frame = mem_realloc(thread->frame, thread->nframes + 1, sizeof *thread->frame);
	frame = &thread->frame[thread->nframes++];
	*frame = (struct stack_frame){.pc = strtoull(field[1], NULL, 16),
				      .inlined = field[2][0] == '1',
				      .line = (unsigned)strtoul(field[3], NULL, 10)};
	snprintf(frame->function, sizeof frame->function, "%s", field[4]);
	snprintf(frame->file, sizeof frame->file, "%s", field[5]);
	snprintf(frame->module, sizeof frame->module, "%s", field[6]);
}

static void take_line(struct stack_set *set, char *line)
{
	char *field[FIELDS];
	size_t count = cut(line, field);

	if (count == 9 && strcmp(field[0], "thread") == 0)
		take_thread(set, field);
	else if (count == 7 && strcmp(field[0], "frame") == 0)
		take_frame(set, field);
	else if (count == 2 && strcmp(field[0], "problem") == 0)
		snprintf(set->problem, sizeof set->problem, "%s", field[1]);
	else if (count == 1 && strcmp(field[0], "end") == 0)
		set->complete = true;
}

struct stack_set *stack_set_read(const char *text, size_t length)
{
	struct stack_set *set = mem_calloc(1, sizeof *set);
	char *copy = mem_strndup(text, length), *line = copy, *end;

	while ((end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		take_line(set, line);
		line = end + 1;
	}
	free(copy);
	return set;
}

void stack_set_free(struct stack_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++)
		free(set->thread[i].frame);
	free(set->thread);
	free(set);
}

const struct stack_thread *stack_set_find(const struct stack_set *set, pid_t pid, pid_t tid,
					  unsigned round)
{
	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const struct stack_thread *thread = &set->thread[i];

		if (thread->pid == pid && thread->tid == tid && thread->round == round)
			return thread;
	}
	return NULL;
}

void stack_version(char *text, size_t size)
{
#ifdef HAVE_LIBDW
	snprintf(text, size, "0.%d", _ELFUTILS_VERSION);
#else
	snprintf(text, size, "%s", "");
#endif
}

void stack_frame_text(const struct stack_frame *frame, char *text, size_t size)
{
	if (frame->function[0] == '\0')
		snprintf(text, size, "0x%" PRIx64 " (no name)", frame->pc);
	else
		snprintf(text, size, "%s", frame->function);
	if (frame->file[0] != '\0' && frame->line != 0)
		text_add(text, size, " at %s:%u", frame->file, frame->line);
	else if (frame->module[0] != '\0')
		text_add(text, size, " in %s", frame->module);
	if (frame->inlined)
		text_add(text, size, " (inlined)");
}
