/*
 * err.c - the error record that every fallible call fills.
 */
#include "config.h"

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void err_clear(struct err *err)
{
	err->kind = ERR_NONE;
	err->text[0] = '\0';
}

static void err_fill(struct err *err, enum err_kind kind, const char *format, va_list args)
{
	err->kind = kind;
	vsnprintf(err->text, sizeof err->text, format, args);
}

int err_permanent(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err_fill(err, ERR_PERMANENT, format, args);
	va_end(args);
	return -1;
}

int err_transient(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err_fill(err, ERR_TRANSIENT, format, args);
	va_end(args);
	return -1;
}

int err_skip(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err_fill(err, ERR_SKIP, format, args);
	va_end(args);
	return -1;
}

int err_errno(struct err *err, const char *format, ...)
{
	int cause = errno;
	size_t used;
	va_list args;

	va_start(args, format);
	err_fill(err, ERR_TRANSIENT, format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(cause));
	return -1;
}

const char *err_hint(int cause)
{
	return cause == EFBIG ? "; a higher limit on the size of files (ulimit -f) is needed" : "";
}

int err_context(struct err *err, const char *format, ...)
{
	char cause[ERR_TEXT_BYTES];
	size_t used;
	va_list args;

	memcpy(cause, err->text, sizeof cause);
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof err->text - used, ": %s", cause);
	return -1;
}
