/*
 * control.c - commands to a running run: their table, parsing, and the client's side of the socket.
 */
#include "config.h"

#include "view/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

/* Where there is a second argument, it is a number. */
static const struct control_verb_info verbs[CONTROL_VERBS] = {
	[CONTROL_PAUSE] = {"pause", "", "stop every worker at its next stage border", 0, 0},
	[CONTROL_RESUME] = {"resume", "", "let paused workers go on", 0, 0},
	[CONTROL_CANCEL] = {"cancel", "", "finish started items and end; given twice, stop at once",
			    0, 0},
	[CONTROL_ADD] = {"add", "STATION", "start another worker in a station", 1, 1},
	[CONTROL_RETIRE] = {"retire", "STATION|WORKER",
			    "let a worker finish its item and end; never a station's last one", 1,
			    1},
	[CONTROL_CAPACITY] = {"capacity", "QUEUE N", "change how many jobs a queue holds", 2, 2},
	[CONTROL_KILL] = {"kill", "WORKER [INCARNATION]",
			  "kill the process of a worker; its items are retried", 1, 2},
	[CONTROL_ABANDON] = {"abandon", "WORKER [INCARNATION]",
			     "give up the item that a worker has in hand", 1, 2},
};

const struct control_verb_info *control_verb_info(enum control_verb verb)
{
	return &verbs[verb];
}

static int unknown_verb(const char *word, struct err *err)
{
	char known[160] = "";
	size_t used = 0;

	for (size_t i = 0; i < CONTROL_VERBS; i++)
		used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
					 verbs[i].name);
	return err_permanent(err, "\"%s\" is no command; there are %s", word, known);
}

static int takes(const struct control_verb_info *info, struct err *err)
{
	if (info->most_arguments == 0)
		return err_permanent(err, "%s takes no argument", info->name);
	return err_permanent(err, "%s takes %s", info->name, info->arguments);
}

static bool is_number(const char *text)
{
	return text[0] >= '1' && text[0] <= '9' && strspn(text, "0123456789") == strlen(text) &&
	       strlen(text) <= 9;
}

/* Words, separated by single spaces, into request->argument; the first names the verb. */
static int split(char *line, struct control_request *request, struct err *err)
{
	const struct control_verb_info *info;
	char *rest = line;
	char *word = strsep(&rest, " ");
	size_t verb = 0;

	while (verb < CONTROL_VERBS && strcmp(verbs[verb].name, word) != 0)
		verb++;
	if (verb == CONTROL_VERBS)
		return unknown_verb(word, err);
	request->verb = (enum control_verb)verb;
	info = &verbs[verb];
	while ((word = strsep(&rest, " ")) != NULL) {
		if (request->narguments == info->most_arguments)
			return takes(info, err);
		if (word[0] == '\0' || strlen(word) >= sizeof request->argument[0])
			return err_permanent(err, "%s: an argument is empty or too long",
					     info->name);
		memcpy(request->argument[request->narguments++], word, strlen(word) + 1);
	}
	if (request->narguments < info->least_arguments)
		return takes(info, err);
	if (request->narguments == 2 && !is_number(request->argument[1]))
		return err_permanent(err, "%s takes %s: \"%s\" is not a number from 1 on",
				     info->name, info->arguments, request->argument[1]);
	return 0;
}

int control_parse(const char *message, size_t length, struct control_request *request,
		  struct err *err)
{
	char line[CONTROL_MESSAGE_BYTES + 1];

	memset(request, 0, sizeof *request);
	if (length > CONTROL_MESSAGE_BYTES)
		return err_permanent(err, "a command has at most %d bytes", CONTROL_MESSAGE_BYTES);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)message[i] < ' ' || message[i] == 0x7f)
			return err_permanent(err, "a command has no control characters");
	memcpy(line, message, length);
	line[length] = '\0';
	return split(line, request, err);
}

/*
 * Address of a socket. A path that is too long for one is reached through its folder, which is
 * opened for that: *folder_fd, to be closed by the caller when >= 0.
 */
static int address_of(const char *path, struct sockaddr_un *address, int *folder_fd,
		      struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int length;

	*folder_fd = -1;
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	if (strlen(path) < sizeof address->sun_path) {
		memcpy(address->sun_path, path, strlen(path) + 1);
		return 0;
	}
	folder = slash == NULL ? mem_strdup(".") : mem_strndup(path, (size_t)(slash - path) + 1);
	*folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (*folder_fd < 0)
		return err_errno(err, "open the folder of %s", path);
	length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
			  *folder_fd, slash == NULL ? path : slash + 1);
	if ((size_t)length < sizeof address->sun_path)
		return 0;
	close(*folder_fd);
	*folder_fd = -1;
	return err_permanent(err, "%s: name too long for a socket", path);
}

static int set_timeouts(int fd, int timeout_ms, const char *path, struct err *err)
{
	struct timeval timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_usec = (timeout_ms % 1000) * 1000,
	};

	/* The first also bounds connect() when the listener's backlog is full. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0)
		return err_errno(err, "control socket %s", path);
	return 0;
}

static int connect_to(int fd, const char *path, struct err *err)
{
	struct sockaddr_un address;
	struct ucred peer;
	socklen_t size = sizeof peer;
	int folder_fd;
	int result = 0;

	if (address_of(path, &address, &folder_fd, err) != 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0)
		result = err_errno(err, "control socket %s", path);
	else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		result = err_errno(err, "control socket %s", path);
	else if (peer.uid != geteuid())
		result = err_permanent(err, "control socket %s: belongs to another user", path);
	if (folder_fd >= 0)
		close(folder_fd);
	return result;
}

static int await_answer(int fd, const char *path, int timeout_ms, struct err *err)
{
	static const char prefix[] = "error: ";
	char answer[ERR_TEXT_BYTES];
	const char *sentence = answer;
	ssize_t length;

	do
		length = recv(fd, answer, sizeof answer - 1, 0);
	while (length < 0 && errno == EINTR);
	if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return err_transient(err, "control socket %s: no answer within %d ms", path,
				     timeout_ms);
	if (length < 0)
		return err_errno(err, "control socket %s", path);
	if (length == 0)
		return err_transient(err, "control socket %s: the run ended without an answer",
				     path);
	answer[length] = '\0';
	if (strcmp(answer, "ok") == 0)
		return 0;
	if (strncmp(answer, prefix, sizeof prefix - 1) == 0)
		sentence += sizeof prefix - 1;
	return err_permanent(err, "%s", sentence);
}

int control_send(const char *socket_path, const char *message, int timeout_ms, struct err *err)
{
	int result = -1;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_errno(err, "control socket %s", socket_path);
	if (set_timeouts(fd, timeout_ms, socket_path, err) != 0 ||
	    connect_to(fd, socket_path, err) != 0)
		goto out;
	if (send(fd, message, strlen(message), MSG_NOSIGNAL) < 0) {
		err_errno(err, "control socket %s", socket_path);
		goto out;
	}
	result = await_answer(fd, socket_path, timeout_ms, err);
out:
	close(fd);
	return result;
}

int control_listen(const char *socket_path, struct err *err)
{
	enum { BACKLOG = 8 };
	struct sockaddr_un address;
	int folder_fd, result;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_errno(err, "control socket %s", socket_path);
	result = address_of(socket_path, &address, &folder_fd, err);
	if (result == 0 && (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
			    listen(fd, BACKLOG) != 0))
		result = err_errno(err, "control socket %s", socket_path);
	if (folder_fd >= 0)
		close(folder_fd);
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

char *control_socket_path(const char *page_path)
{
	static const char suffix[] = ".page";
	size_t length = strlen(page_path);
	size_t stem = length - (sizeof suffix - 1);

	if (length < sizeof suffix - 1 || strcmp(page_path + stem, suffix) != 0)
		stem = length;
	return mem_printf("%.*s.sock", (int)stem, page_path);
}
