/*
 * syscalls.h - system calls by name, and which of them begin with a descriptor (floor: view).
 */
#ifndef IMGTOP_VIEW_SYSCALLS_H
#define IMGTOP_VIEW_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>

/* The name of a system call of this machine, "call 231" where it cannot be told (built without
 * libseccomp, which knows the numbers). */
void syscalls_name(long number, char *text, size_t size);

/* Of the library that knows the names, "2.5.4"; "" built without it. */
void syscalls_version(char *text, size_t size);

/* Is its first argument a descriptor? By its name. */
bool syscalls_takes_fd(const char *name);

#endif
