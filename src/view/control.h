/*
 * control.h - commands to a running run: one table, one-line messages (floor: view).
 *
 * The control socket is a SOCK_SEQPACKET socket "RUNID.sock" beside the page. A request is one
 * message of words separated by single spaces; the answer is one message, "ok" or "error:
 * sentence". The supervisor accepts peers of the same uid only.
 */
#ifndef IMGTOP_VIEW_CONTROL_H
#define IMGTOP_VIEW_CONTROL_H

#include <stddef.h>

#include "base/err.h"

enum control_verb {
	CONTROL_PAUSE,
	CONTROL_RESUME,
	CONTROL_CANCEL,	  /* drain; a second one stops */
	CONTROL_ADD,	  /* station name */
	CONTROL_RETIRE,	  /* station name, or worker name */
	CONTROL_CAPACITY, /* queue name, number */
	CONTROL_KILL,	  /* worker name [incarnation] */
	CONTROL_ABANDON,  /* worker name [incarnation] */
	CONTROL_VERBS
};

struct control_verb_info {
	const char *name;
	const char *arguments; /* "STATION", "QUEUE N", ... */
	const char *help;
	unsigned least_arguments;
	unsigned most_arguments;
};

const struct control_verb_info *control_verb_info(enum control_verb verb);

enum { CONTROL_MESSAGE_BYTES = 256, CONTROL_ARGUMENTS = 2 };

struct control_request {
	enum control_verb verb;
	unsigned narguments;
	char argument[CONTROL_ARGUMENTS][64];
};

/* Message to request. error: permanent, names the verb and what it takes. */
int control_parse(const char *message, size_t length, struct control_request *request,
		  struct err *err);

/* Send a request line to the socket at path and await the answer (at most timeout_ms).
 * 0 when it was "ok", else -1 with the answer's sentence. */
int control_send(const char *socket_path, const char *message, int timeout_ms, struct err *err);

/* The supervisor's end: a listening socket at path, non-blocking and closed on exec; -1 with err
 * filled. Paths that are longer than a socket's name may be are reached through their folder. */
int control_listen(const char *socket_path, struct err *err);

/* Path of the socket that belongs to a page path ("….page" → "….sock"). Caller frees. */
char *control_socket_path(const char *page_path);

#endif
