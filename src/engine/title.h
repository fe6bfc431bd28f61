/*
 * title.h - what ps and top show for a process or thread (floor: engine).
 *
 * The kernel keeps 15 bytes of a thread's name; the whole name goes where the command line was.
 */
#ifndef IMGTOP_ENGINE_TITLE_H
#define IMGTOP_ENGINE_TITLE_H

#include <stddef.h>

/* The memory of argv, as contiguous bytes that may be written over. */
struct title {
	char *start;
	size_t size;
};

/* argv as main got it; what it holds must have been copied before title_set. */
struct title title_of(int argc, char **argv);

/* Name the calling process "imgtop: NAME" and the calling thread NAME. title may be empty. */
void title_set(const struct title *title, const char *name);

/* Name the calling thread. */
void title_thread(const char *name);

#endif
