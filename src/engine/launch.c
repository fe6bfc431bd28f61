/*
 * launch.c - the front's side of a run.
 *
 * The child is started as "imgtop --supervise ARGUMENTS TETHER INPUT padding" with three descriptor
 * numbers. The padding gives ps room for a host's name where the command line was.
 */
#include "config.h"

#include "engine/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/tether.h"

struct launch {
	pid_t pid;
	int tether_fd;
	bool detached;
	bool seen;
	char page[TETHER_MESSAGE_BYTES];
};

/* Words one after the other, each with its NUL. */
static int pack_arguments(const char *const *arguments, struct err *err)
{
	int fd = memfd_create("imgtop-arguments", MFD_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "the run's arguments could not be stored");
	for (size_t i = 0; arguments[i] != NULL; i++) {
		if (path_write_all(fd, arguments[i], strlen(arguments[i]) + 1, err) != 0) {
			close(fd);
			return -1;
		}
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void keep_over_exec(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFD, fcntl(fd, F_GETFD) & ~FD_CLOEXEC);
}

static _Noreturn void exec_supervisor(int arguments_fd, int tether_fd, int input_fd)
{
	static char padding[] = "                                                  ";
	char numbers[3][12];
	char *argv[] = {(char *)"imgtop",
			(char *)LAUNCH_SUPERVISE,
			numbers[0],
			numbers[1],
			numbers[2],
			padding,
			NULL};
	int null_fd = open("/dev/null", O_RDWR);
	sigset_t none;

	/* A list on standard input keeps its descriptor under another number. */
	if (input_fd == STDIN_FILENO)
		input_fd = dup(input_fd);
	dup2(null_fd, STDIN_FILENO);
	dup2(null_fd, STDOUT_FILENO);
	keep_over_exec(arguments_fd);
	keep_over_exec(tether_fd);
	keep_over_exec(input_fd);
	snprintf(numbers[0], sizeof numbers[0], "%d", arguments_fd);
	snprintf(numbers[1], sizeof numbers[1], "%d", tether_fd);
	snprintf(numbers[2], sizeof numbers[2], "%d", input_fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv("/proc/self/exe", argv);
	_exit(127);
}

/* Await the page's path or a refusal. */
static int await_page(struct launch *launch, struct err *err)
{
	char message[TETHER_MESSAGE_BYTES];
	ssize_t length;
	int status = 0;

	do {
		length = recv(launch->tether_fd, message, sizeof message - 1, 0);
	} while (length < 0 && errno == EINTR);
	if (length > 0)
		message[length] = '\0';
	if (length > 1 && message[0] == TETHER_PAGE) {
		snprintf(launch->page, sizeof launch->page, "%s", message + 1);
		return 0;
	}
	waitpid(launch->pid, &status, 0);
	if (length > 1 && message[0] == TETHER_REFUSED)
		return err_permanent(err, "%.*s", ERR_TEXT_BYTES - 1, message + 1);
	return err_transient(err, "the run could not be started: its supervisor ended with %d",
			     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

struct launch *launch_start(const char *const *arguments, int input_fd, struct err *err)
{
	struct launch *launch = mem_calloc(1, sizeof *launch);
	int arguments_fd = pack_arguments(arguments, err);
	int pair[2] = {-1, -1};

	if (arguments_fd < 0)
		goto fail;
	signal(SIGCHLD, SIG_DFL); /* ignored, the supervisor's exit status would be lost */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		err_errno(err, "no socket for the supervisor could be made");
		goto fail;
	}
	launch->tether_fd = pair[0];
	launch->pid = fork();
	if (launch->pid == 0)
		exec_supervisor(arguments_fd, pair[1], input_fd);
	close(pair[1]);
	pair[1] = -1;
	if (launch->pid < 0) {
		err_errno(err, "no process for the supervisor could be started");
		goto fail;
	}
	if (await_page(launch, err) != 0)
		goto fail;
	close(arguments_fd);
	return launch;
fail:
	if (arguments_fd >= 0)
		close(arguments_fd);
	if (pair[0] >= 0)
		close(pair[0]);
	free(launch);
	return NULL;
}

const char *launch_page(const struct launch *launch)
{
	return launch->page;
}

int launch_fd(const struct launch *launch)
{
	return launch->tether_fd;
}

static void send_word(struct launch *launch, char word)
{
	send(launch->tether_fd, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void launch_seen(struct launch *launch)
{
	if (!launch->seen)
		send_word(launch, TETHER_SEEN);
	launch->seen = true;
}

void launch_unwatched(struct launch *launch)
{
	send_word(launch, TETHER_ALONE);
}

void launch_signal(struct launch *launch, int signal)
{
	send_word(launch, signal == SIGTERM  ? TETHER_TERM
			  : signal == SIGHUP ? TETHER_HUP
					     : TETHER_INT);
}

void launch_detach(struct launch *launch)
{
	send_word(launch, TETHER_DETACH);
	launch->detached = true;
}

int launch_wait(struct launch *launch, char *why, size_t size)
{
	char message[TETHER_MESSAGE_BYTES];
	ssize_t length;
	int status = 0;
	int code = 0;

	if (size != 0)
		why[0] = '\0';
	launch_seen(launch);
	while (!launch->detached) {
		length = recv(launch->tether_fd, message, sizeof message - 1, 0);
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			break;
		message[length] = '\0';
		if (message[0] == TETHER_REFUSED && size != 0)
			snprintf(why, size, "%s", message + 1);
	}
	if (!launch->detached) {
		while (waitpid(launch->pid, &status, 0) < 0 && errno == EINTR)
			continue;
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 4;
	}
	close(launch->tether_fd);
	free(launch);
	return code;
}

static char *read_all(int fd, size_t *length)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *bytes = mem_calloc((size_t)(size > 0 ? size : 0) + 1, 1);
	ssize_t got = size > 0 ? pread(fd, bytes, (size_t)size, 0) : 0;

	*length = got > 0 ? (size_t)got : 0;
	return bytes;
}

int launch_arguments(int argc, char **argv, const char *const **arguments, int *tether_fd,
		     int *input_fd, struct err *err)
{
	const char **words;
	size_t length, count = 0;
	char *bytes;
	int fd;

	if (argc < 5)
		return err_permanent(err, "%s is for imgtop itself: use 'imgtop run'",
				     LAUNCH_SUPERVISE);
	fd = atoi(argv[2]);
	*tether_fd = atoi(argv[3]);
	*input_fd = atoi(argv[4]);
	fcntl(*tether_fd, F_SETFD, FD_CLOEXEC);
	bytes = read_all(fd, &length);
	close(fd);
	words = mem_calloc(length + 2, sizeof *words);
	for (size_t at = 0; at < length; at += strlen(bytes + at) + 1)
		words[count++] = bytes + at;
	if (count == 0)
		return err_permanent(err, "the run's arguments are missing");
	*arguments = words;
	return 0;
}
