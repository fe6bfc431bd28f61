/*
 * memory_sample.c - how much memory the run's processes use.
 */
#include "config.h"

#include "engine/memory_sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint64_t memory_sample_pss(pid_t pid)
{
	char path[64];
	char text[2048];
	const char *line;
	ssize_t length;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	length = read(fd, text, sizeof text - 1);
	close(fd);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	line = strstr(text, "\nPss:");
	return line != NULL ? strtoull(line + 5, NULL, 10) * 1024 : 0;
}
