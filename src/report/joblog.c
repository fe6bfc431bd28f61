/*
 * joblog.c - joblog.tsv, a line per finished item (floor: report).
 *
 * Entered by the recorder's one thread. Lines gather in memory and go out in large writes. What a
 * full disk refused is kept and tried again, so the file never holds half a line in its middle;
 * only what exceeds MOST_PENDING_BYTES is given up, and counted.
 */
#include "config.h"

#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "report/joblog_scan.h"

enum { WRITE_AT_BYTES = 64 * 1024, MOST_PENDING_BYTES = 16 * 1024 * 1024 };

static const char HEADER[] = "job\tinput\tstatus\treason\tworker\tattempts\tstart\tseconds\t"
			     "bytes_in\tbytes_out\toutput\n";

struct joblog {
	int fd;
	uint64_t held;		/* lines when it was opened */
	struct textbuf pending; /* not yet in the file */
	uint64_t lost;		/* lines that were given up */
	size_t next_try;	/* bytes pending at which joblog_add writes again */
};

/* Write what is pending; what was written leaves the buffer also when the rest could not be. */
static int write_pending(struct joblog *log)
{
	size_t written = 0;
	int result = 0;

	while (written < log->pending.length) {
		ssize_t n =
			write(log->fd, log->pending.text + written, log->pending.length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0) {
			result = -1;
			break;
		}
		written += (size_t)n;
	}
	log->pending.length -= written;
	memmove(log->pending.text, log->pending.text + written, log->pending.length + 1);
	return result;
}

/*
 * *lines: whole ones that the file has, its head among them; *end: where the last one ends. A
 * recorder that was killed in the middle of a write leaves a torn line; its completion was never
 * acknowledged and comes again.
 */
static int find_end(int fd, uint64_t *lines, off_t *end)
{
	char block[16 * 1024];
	off_t at = 0;
	ssize_t n;

	*lines = 0;
	*end = 0;
	while ((n = pread(fd, block, sizeof block, at)) > 0) {
		const char *from = block, *newline;

		while ((newline = memchr(from, '\n', (size_t)(block + n - from))) != NULL) {
			from = newline + 1;
			*end = at + (from - block);
			++*lines;
		}
		at += n;
	}
	return n < 0 ? -1 : 0;
}

static int open_at_end(const char *path, uint64_t *lines)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	off_t end;

	if (fd < 0)
		return -1;
	if (find_end(fd, lines, &end) != 0 || ftruncate(fd, end) != 0) {
		int cause = errno;

		close(fd);
		errno = cause;
		return -1;
	}
	return fd;
}

struct joblog *joblog_open(const char *dir, struct err *err)
{
	struct joblog *log = mem_calloc(1, sizeof *log);
	char *path = path_join(dir, JOBLOG_NAME);
	uint64_t lines = 0;

	textbuf_init(&log->pending);
	log->next_try = WRITE_AT_BYTES;
	log->fd = open_at_end(path, &lines);
	if (log->fd < 0) {
		err_errno(err, "%s", path);
		textbuf_free(&log->pending);
		free(log);
		log = NULL;
	} else if (lines == 0) {
		textbuf_append(&log->pending, HEADER, sizeof HEADER - 1);
	} else {
		log->held = lines - 1;
	}
	free(path);
	return log;
}

uint64_t joblog_held(const struct joblog *log)
{
	return log->held;
}

/* Seconds with a point in every locale. */
static void add_seconds(struct textbuf *line, double seconds)
{
	uint64_t us = seconds > 0 ? (uint64_t)(seconds * 1e6 + 0.5) : 0;

	textbuf_printf(line, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

void joblog_add(struct joblog *log, const struct joblog_line *line)
{
	struct textbuf *text = &log->pending;

	if (text->length > MOST_PENDING_BYTES) {
		log->lost++;
		return;
	}
	textbuf_printf(text, "%" PRIu64 "\t", line->job);
	textbuf_tsv_field(text, line->input, strlen(line->input));
	textbuf_printf(text, "\t%s\t", page_item_status_word(line->status));
	textbuf_tsv_field(text, line->reason, strlen(line->reason));
	textbuf_append(text, "\t", 1);
	textbuf_tsv_field(text, line->worker, strlen(line->worker));
	textbuf_printf(text, "\t%u\t", line->attempts);
	add_seconds(text, line->start_s);
	textbuf_append(text, "\t", 1);
	add_seconds(text, line->seconds);
	textbuf_printf(text, "\t%" PRIu64 "\t%" PRIu64 "\t", line->bytes_in, line->bytes_out);
	textbuf_tsv_field(text, line->output, strlen(line->output));
	textbuf_append(text, "\n", 1);
	if (text->length >= log->next_try) {
		/* A refusal here is met again, and reported, by joblog_flush. */
		write_pending(log);
		log->next_try = text->length + WRITE_AT_BYTES;
	}
}

int joblog_flush(struct joblog *log, struct err *err)
{
	int result = write_pending(log);

	log->next_try = log->pending.length + WRITE_AT_BYTES;
	if (result != 0)
		return err_errno(err, JOBLOG_NAME);
	if (log->lost != 0)
		return err_transient(err, JOBLOG_NAME ": %" PRIu64 " lines could not be written",
				     log->lost);
	return 0;
}

int joblog_close(struct joblog *log, struct err *err)
{
	int result = joblog_flush(log, err);

	if (close(log->fd) != 0 && result == 0)
		result = err_errno(err, JOBLOG_NAME);
	textbuf_free(&log->pending);
	free(log);
	return result;
}
