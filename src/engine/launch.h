/*
 * launch.h - the front's side of a run: start the supervisor, hold its tether (floor: engine).
 *
 * The front fork+execs this same program as supervisor, so that nothing of a screen is inherited.
 * What to do travels as an argument vector in a memfd: the equivalent command line is the plan. The
 * tether is a SOCK_SEQPACKET pair; its end without a DETACH before means drain and stop.
 */
#ifndef IMGTOP_ENGINE_LAUNCH_H
#define IMGTOP_ENGINE_LAUNCH_H

#include <stddef.h>

#include "base/err.h"

struct launch;

/* First word of the command line that the supervisor is started with; main hands the rest to
 * launch_arguments. */
#define LAUNCH_SUPERVISE "--supervise"

/*
 * Start a supervisor for `arguments` (NULL-terminated, "imgtop" "run" ... fully resolved) and wait
 * until its page exists. Relative paths in it are meant from the current folder. input_fd:
 * descriptor for a list from standard input, or -1. error: NULL; permanent with the supervisor's
 * sentence when it refused the run (exit 2)
 */
struct launch *launch_start(const char *const *arguments, int input_fd, struct err *err);

const char *launch_page(const struct launch *launch);

/* Becomes readable (hang-up) when the supervisor has ended. */
int launch_fd(const struct launch *launch);

/* Tell the supervisor that the page has been opened; until then it keeps the page's name, for a
 * while, also when the run is over. */
void launch_seen(struct launch *launch);

/* No screen shows the run to anybody. */
void launch_unwatched(struct launch *launch);

/* Forward SIGINT, SIGTERM or SIGHUP. */
void launch_signal(struct launch *launch, int signal);

/* The run goes on without us; launch_wait then only releases. */
void launch_detach(struct launch *launch);

/* Await the supervisor's end. Returns its exit status (4 when it was killed). Releases launch. If
 * it refused the run after its page existed (nothing found, output not writable: exit 2), the
 * sentence is copied to why. */
int launch_wait(struct launch *launch, char *why, size_t size);

/*
 * In the new process: argc/argv as main got them, argv[1] being LAUNCH_SUPERVISE. Reads the
 * argument vector (owned by the process until it ends) and the descriptors.
 */
int launch_arguments(int argc, char **argv, const char *const **arguments, int *tether_fd,
		     int *input_fd, struct err *err);

#endif
