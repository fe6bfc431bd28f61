/*
 * syscalls.c - system calls by name.
 */
#include "config.h"

#include "view/syscalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

void syscalls_name(long number, char *text, size_t size)
{
#ifdef HAVE_LIBSECCOMP
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)number);

	if (name != NULL) {
		snprintf(text, size, "%s", name);
		free(name);
		return;
	}
#endif
	snprintf(text, size, "call %ld", number);
}

void syscalls_version(char *text, size_t size)
{
#ifdef HAVE_LIBSECCOMP
	const struct scmp_version *version = seccomp_version();

	if (version != NULL)
		snprintf(text, size, "%u.%u.%u", version->major, version->minor, version->micro);
	else
		snprintf(text, size, "?");
#else
	snprintf(text, size, "%s", "");
#endif
}

bool syscalls_takes_fd(const char *name)
{
	static const char *const names[] = {
		"read",	       "write",	    "pread64",	       "pwrite64",
		"readv",       "writev",    "preadv",	       "pwritev",
		"fsync",       "fdatasync", "sync_file_range", "ftruncate",
		"fallocate",   "lseek",	    "ioctl",	       "fcntl",
		"flock",       "close",	    "fstat",	       "getdents64",
		"recvfrom",    "sendto",    "recvmsg",	       "sendmsg",
		"accept",      "accept4",   "connect",	       "epoll_wait",
		"epoll_pwait", "sendfile",  "splice",	       "copy_file_range",
		"fadvise64",   "readahead",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}
