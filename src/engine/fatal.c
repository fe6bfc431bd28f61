/*
 * fatal.c - a worker that crashes says so before it dies.
 */
#include "config.h"

#include "engine/fatal.h"

#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

enum { STACK_BYTES = 64 * 1024 };

/* The signal handler's only way to know whose thread it runs in. */
static _Thread_local struct slot *watched;

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

static void on_fatal(int signal)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};

	if (watched != NULL)
		slot_fatal(watched, signal);
	sigaction(signal, &standard, NULL);
	raise(signal);
}

void fatal_install(void)
{
	struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK | SA_NODEFER};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof fatal_signals / sizeof *fatal_signals; i++)
		sigaction(fatal_signals[i], &action, NULL);
}

void fatal_watch(struct fatal_stack *stack, struct slot *slot)
{
	stack_t alternate = {.ss_size = STACK_BYTES};

	stack->memory = mem_calloc(1, STACK_BYTES);
	alternate.ss_sp = stack->memory;
	sigaltstack(&alternate, NULL);
	watched = slot;
}

void fatal_unwatch(struct fatal_stack *stack)
{
	stack_t none = {.ss_flags = SS_DISABLE};

	watched = NULL;
	sigaltstack(&none, NULL);
	free(stack->memory);
}
