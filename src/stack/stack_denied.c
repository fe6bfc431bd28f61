/*
 * stack_denied.c - why a thread may not be looked at. The rules: ptrace(2), "Ptrace access mode
 * checking", and the kernel's Documentation/admin-guide/LSM/Yama.rst.
 */
#include "config.h"

#include "stack/stack_denied.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 4096, CAP_PTRACE = 19 };

/* The file's text; "" when it cannot be read. */
static void read_text(const char *path, char text[TEXT_BYTES])
{
	FILE *file = fopen(path, "re");
	size_t length = file != NULL ? fread(text, 1, TEXT_BYTES - 1, file) : 0;

	text[length] = '\0';
	if (file != NULL)
		fclose(file);
}

/* The number behind "Key:" in a file of lines; -1: there is none. */
static long line_number(const char *text, const char *key, int base)
{
	const char *found = strstr(text, key);

	return found != NULL ? strtol(found + strlen(key), NULL, base) : -1;
}

void stack_denied_look(pid_t pid, pid_t tid, int error, struct stack_refusal *refusal)
{
	char path[64], text[TEXT_BYTES];
	struct stat info;

	*refusal = (struct stack_refusal){
		.error = error, .process = pid, .other_user = -1, .yama = -1};
	snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)tid);
	read_text(path, text);
	refusal->tracer = line_number(text, "\nTracerPid:", 10);
	if (refusal->tracer < 0)
		refusal->tracer = 0;
	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	if (stat(path, &info) == 0 && info.st_uid != geteuid())
		refusal->other_user = (long)info.st_uid;
	read_text("/proc/self/status", text);
	refusal->seccomp = line_number(text, "\nSeccomp:", 10);
	refusal->has_right =
		(int)(((unsigned long)line_number(text, "\nCapEff:", 16) >> CAP_PTRACE) & 1);
	read_text("/proc/sys/kernel/yama/ptrace_scope", text);
	if (text[0] != '\0')
		refusal->yama = strtol(text, NULL, 10);
}

void stack_denied_text(const struct stack_refusal *refusal, char *text, size_t size)
{
	if (refusal->error == ENOSYS)
		snprintf(text, size,
			 "this machine or container has no ptrace: stacks cannot be "
			 "taken here");
	else if (refusal->error == ENOEXEC)
		snprintf(text, size,
			 "process %ld is not imgtop: its number has been given to another "
			 "program, or imgtop was replaced after the run had begun",
			 refusal->process);
	else if (refusal->tracer > 0)
		snprintf(text, size,
			 "process %ld traces it already: end that debugger or tracer and try again",
			 refusal->tracer);
	else if (refusal->other_user >= 0 && !refusal->has_right)
		snprintf(text, size, "it belongs to user %ld: run imgtop as that user or as root",
			 refusal->other_user);
	else if (refusal->yama == 3)
		snprintf(text, size,
			 "kernel.yama.ptrace_scope is 3: nobody may trace until the "
			 "machine is restarted with another setting");
	else if (refusal->yama == 2 && !refusal->has_right)
		snprintf(text, size,
			 "kernel.yama.ptrace_scope is 2: run imgtop as root, or set it "
			 "to 1 or 0 (sysctl kernel.yama.ptrace_scope=1)");
	else if (refusal->yama == 1 && !refusal->has_right)
		snprintf(text, size,
			 "kernel.yama.ptrace_scope is 1: only the terminal that "
			 "started the run may look, or the supervisor of a run that was "
			 "left behind. Send SIGUSR1 there (kill -USR1), press b or D in that "
			 "terminal, or sysctl kernel.yama.ptrace_scope=0");
	else if (refusal->seccomp == 2)
		snprintf(text, size,
			 "a filter of system calls forbids ptrace, as in a container: "
			 "start it with --cap-add=SYS_PTRACE or --security-opt "
			 "seccomp=unconfined");
	else if (!refusal->has_right)
		snprintf(text, size,
			 "the right to trace is missing (CAP_SYS_PTRACE), as in a "
			 "container: start it with --cap-add=SYS_PTRACE");
	else
		snprintf(text, size, "ptrace was refused: %s", strerror(refusal->error));
}
