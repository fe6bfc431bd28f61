/*
 * drill_fault.c - faults on purpose. They are what they look like: no detector is told of them.
 */
#include "config.h"

#include "workload/drill_run.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "workload/drill_work.h"

enum { ROUNDS = 1 << 20 };

static _Noreturn void hang(void)
{
	for (;;)
		pause();
}

static _Noreturn void spin(void)
{
	for (;;)
		drill_work_rounds(ROUNDS);
}

/* A write where nothing may be written. */
static int crash(struct err *err)
{
	char *page = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return err_errno(err, "no page to crash at");
	memset(page, 1, 1);
	raise(SIGSEGV);
	return 0;
}

/* Nothing comes from a FIFO while its one writer is the reader itself; so it can lose its name at
 * once. */
static int read_fifo(const struct work *work, struct err *err)
{
	char *folder = path_runtime_dir(err);
	char *path, byte;
	int fd;

	if (folder == NULL)
		return -1;
	path = mem_printf("%s/drill-%d.fifo", folder, (int)gettid());
	free(folder);
	(void)work;
	if (mkfifo(path, 0600) != 0) {
		err_errno(err, "%s", path);
		free(path);
		return -1;
	}
	fd = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	free(path);
	if (fd < 0)
		return err_errno(err, "a FIFO could not be opened");
	if (read(fd, &byte, 1) < 0)
		err_errno(err, "a FIFO could not be read");
	close(fd);
	return -1;
}

int drill_fault(struct work *work, const struct drill_step *step, struct err *err)
{
	switch (step->op) {
	case DRILL_HANG:
		hang();
	case DRILL_SPIN:
		spin();
	case DRILL_CRASH:
		return crash(err);
	case DRILL_EXIT:
		_exit((int)step->amount.most & 0xff);
	case DRILL_STOP:
		raise(SIGSTOP);
		return 0;
	case DRILL_FIFO:
		return read_fifo(work, err);
	default:
		return 0;
	}
}

/* Stands before the worker has shown itself: its row stays the one that was declared for it. */
void drill_worker_begin(const struct workload_config *config, const char *name)
{
	if (strcmp(drill_of(config)->scenario->never, name) == 0)
		hang();
}
