/*
 * title.c - what ps and top show for a process or thread.
 */
#include "config.h"

#include "engine/title.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { KERNEL_NAME_BYTES = 16 };

struct title title_of(int argc, char **argv)
{
	struct title title = {.start = argc > 0 ? argv[0] : NULL};

	for (int i = 0; i < argc; i++) {
		if (argv[i] != title.start + title.size)
			break; /* not contiguous: take what is */
		title.size += strlen(argv[i]) + 1;
	}
	return title;
}

void title_thread(const char *name)
{
	char kernel_name[KERNEL_NAME_BYTES];

	snprintf(kernel_name, sizeof kernel_name, "%s", name);
	pthread_setname_np(pthread_self(), kernel_name);
}

void title_set(const struct title *title, const char *name)
{
	title_thread(name);
	if (title == NULL || title->size < 2)
		return;
	memset(title->start, 0, title->size);
	snprintf(title->start, title->size, "imgtop: %s", name);
}
