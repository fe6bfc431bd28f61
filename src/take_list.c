/*
 * take_list.c - see take_list.h.
 */
#include "config.h"

#include "take_list.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

int take_list(struct options *options, struct err *err)
{
	char *from = options->run.from;
	bool own, once;
	struct stat status;
	int fd, rc;

	if (from == NULL || strcmp(from, "-") == 0 || stat(from, &status) != 0 ||
	    S_ISDIR(status.st_mode))
		return 0;
	own = strncmp(from, "/dev/", 5) == 0 || strncmp(from, "/proc/self/", 11) == 0;
	once = !S_ISREG(status.st_mode) && options->command == COMMAND_RUN;
	if (!own && !once)
		return 0;
	options->run.from = mem_strdup("-");
	rc = options_check(options, err);
	if (rc == 0) {
		fd = open(from, O_RDONLY | O_NOCTTY | O_CLOEXEC);
		if (fd < 0)
			rc = err_errno(err, "list '%s' cannot be opened", from);
		if (fd >= 0 && fd != STDIN_FILENO) {
			dup2(fd, STDIN_FILENO);
			close(fd);
		}
	}
	free(from);
	return rc;
}
