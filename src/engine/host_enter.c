/*
 * host_enter.c - what every process of a run does first: it stays with its supervisor, keeps the
 * few descriptors that are its own, and has the signals and rights that a host should have.
 *
 * One thread, right after fork.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/failpoint.h"
#include "engine/host_private.h"

enum { SOCKET_FD = 3, KEPT_FD = 4 };

/* The descriptor, out of the way of those that are about to be placed. Those are few and low, so it
 * nearly always is: where descriptors are scarce none more is needed. */
static int above_kept(int fd)
{
	if (fd <= KEPT_FD)
		fd = fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FD + 1);
	if (fd < 0)
		_exit(1);
	return fd;
}

static void set_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its write */
	signal(SIGUSR1,
	       SIG_IGN); /* it asks a supervisor for a dump; here it can only be meant so */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Where Yama is strict (kernel.yama.ptrace_scope = 1) only ancestors may trace a process, and the
 * helper that takes stacks is none: it is a child of the front, or a grandchild of the supervisor.
 * So one process is named whose descendants may do so too: the front, which is an ancestor of all
 * of them; of a run that it leaves behind, the supervisor, which says so (RECORD_LEFT). A dump by
 * another terminal has no stacks then, but the supervisor's own has (SIGUSR1). Not everybody
 * (PR_SET_PTRACER_ANY): a host handles files of strangers, and nobody's convenience is worth
 * opening it to whatever else runs under the same user. Where there is no Yama the call fails, and
 * nothing is missing.
 */
void host_allow_stacks(pid_t looker)
{
	prctl(PR_SET_PTRACER, (unsigned long)looker, 0, 0, 0);
}

int host_enter(const struct host_config *config, int *keep_fd)
{
	struct rlimit no_core = {0, 0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != config->supervisor)
		_exit(0);
	setrlimit(RLIMIT_CORE, &no_core);
	title_set(config->title, config->name);
	set_signals();
	host_allow_stacks(config->looker);

	int socket_fd = above_kept(config->socket_fd);
	int null_fd = above_kept(config->null_fd);
	int stderr_fd = above_kept(config->stderr_fd);
	int kept_fd = keep_fd != NULL && *keep_fd >= 0 ? above_kept(*keep_fd) : -1;

	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	dup2(stderr_fd, STDERR_FILENO);
	dup2(socket_fd, SOCKET_FD);
	if (kept_fd >= 0)
		*keep_fd = dup2(kept_fd, KEPT_FD);
	close_range(kept_fd >= 0 ? KEPT_FD + 1 : SOCKET_FD + 1, ~0U, 0);
	failpoint_host(config->name, config->incarnation);
	return SOCKET_FD;
}
