/*
 * signals.c - the self-pipe (floor: tui).
 *
 * Handlers run in whatever thread the kernel picks; they touch one descriptor and errno. The state
 * is global because handlers have no other way to it.
 */
#include "config.h"

#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MOST_SIGNALS = 16 };

static atomic_int pipe_in = -1;

static struct {
	int number[MOST_SIGNALS];
	struct sigaction before[MOST_SIGNALS];
	size_t count;
	int out;
} caught = {.out = -1};

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;
	/* A full pipe holds enough to wake the loop; what does not fit is a repetition. */
	ssize_t written = write(atomic_load(&pipe_in), &byte, 1);

	(void)written;
	errno = saved;
}

static void catch (int number, struct sigaction *before)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, before);
}

int signals_open(const int *signals, size_t count, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_errno(err, "signals: pipe");
	caught.out = ends[0];
	atomic_store(&pipe_in, ends[1]);
	caught.count = 0;
	for (size_t i = 0; i < count && i < MOST_SIGNALS; i++) {
		caught.number[i] = signals[i];
		catch (signals[i], &caught.before[i]);
		caught.count++;
	}
	return caught.out;
}

int signals_next(int fd)
{
	unsigned char byte;

	return read(fd, &byte, 1) == 1 ? byte : 0;
}

void signals_close(void)
{
	if (caught.out < 0)
		return;
	for (size_t i = 0; i < caught.count; i++)
		sigaction(caught.number[i], &caught.before[i], NULL);
	caught.count = 0;
	close(caught.out);
	caught.out = -1;
	close(atomic_exchange(&pipe_in, -1));
}

void signals_stop(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	struct sigaction ours;

	sigemptyset(&action.sa_mask);
	sigaction(SIGTSTP, &action, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}
