/*
 * terminfo.c - giving the terminal back from the handler of a fatal signal (floor: tui).
 *
 * The handler may run in any thread. It calls no curses: it writes bytes that were prepared and
 * calls tcsetattr, which is async-signal-safe, and raises the signal again. Its state is global
 * because a handler has no other way to it.
 */
#include "config.h"

#include "tui/terminfo.h"

#include <curses.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"

enum { RESCUE_BYTES = 256, NFATAL = 6, STACK_BYTES = 65536 };

static const int fatal_signals[NFATAL] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGQUIT};

/* What a fatal-signal handler needs; filled before `armed` is set. */
static struct {
	atomic_bool armed;
	atomic_bool mouse; /* is reported */
	char text[RESCUE_BYTES];
	size_t length;
	struct termios modes;
	int modes_fd;
	struct sigaction before[NFATAL];
	stack_t stack;
} rescue;

/* xterm's; curses switches the mouse on only for terminals that speak like it. */
static const char mouse_off[] = "\033[?1006;1000l";

static void rescue_terminal(void)
{
	if (!atomic_exchange(&rescue.armed, false))
		return;
	/* Where the first cannot be written the terminal is gone, and the second is not needed. */
	if (!atomic_load(&rescue.mouse) ||
	    write(STDOUT_FILENO, mouse_off, sizeof(mouse_off) - 1) >= 0) {
		ssize_t written = write(STDOUT_FILENO, rescue.text, rescue.length);
		(void)written;
	}
	(void)tcsetattr(rescue.modes_fd, TCSANOW, &rescue.modes);
}

static void on_fatal(int number)
{
	rescue_terminal();
	signal(number, SIG_DFL);
	raise(number);
}

/* Add a capability, without the padding that only tputs understands. */
static void rescue_add(const char *name)
{
	const char *text = tigetstr(name);

	if (text == NULL || text == (const char *)-1)
		return;
	while (*text != '\0' && rescue.length + 1 < RESCUE_BYTES) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
		if (end != NULL)
			text = end + 1;
		else
			rescue.text[rescue.length++] = *text++;
	}
}

int terminfo_remember(int keys_fd)
{
	rescue.modes_fd = keys_fd;
	return tcgetattr(keys_fd, &rescue.modes);
}

void terminfo_arm(void)
{
	struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK | SA_NODEFER};

	rescue.length = 0;
	rescue_add("sgr0");
	rescue_add("cnorm");
	rescue_add("rmkx");
	rescue_add("rmcup");
	rescue.stack = (stack_t){.ss_sp = mem_calloc(1, STACK_BYTES), .ss_size = STACK_BYTES};
	sigaltstack(&rescue.stack, NULL);
	sigemptyset(&action.sa_mask);
	for (int i = 0; i < NFATAL; i++)
		sigaction(fatal_signals[i], &action, &rescue.before[i]);
	atomic_store(&rescue.armed, true);
}

void terminfo_arm_mouse(bool mouse)
{
	atomic_store(&rescue.mouse, mouse);
}

void terminfo_disarm(void)
{
	stack_t none = {.ss_flags = SS_DISABLE};

	atomic_store(&rescue.armed, false);
	for (int i = 0; i < NFATAL; i++)
		sigaction(fatal_signals[i], &rescue.before[i], NULL);
	sigaltstack(&none, NULL);
	free(rescue.stack.ss_sp);
	rescue.stack.ss_sp = NULL;
}

int terminfo_check(struct err *err)
{
	const char *name = getenv("TERM");
	int status = 0;

	if (name != NULL && name[0] != '\0' && setupterm(NULL, STDOUT_FILENO, &status) == OK) {
		bool moves = tigetstr("cup") != NULL && tigetstr("cup") != (char *)-1;
		del_curterm(cur_term);
		if (moves)
			return 0;
	}
	return err_permanent(err, "terminal: TERM=%s cannot be drawn on; set TERM to what it is",
			     name != NULL ? name : "");
}
