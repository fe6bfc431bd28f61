/*
 * err.h - the error record that every fallible call fills (floor: base).
 *
 * A call that can fail takes a `struct err *` last and returns -1 with the record filled.
 * The text reads "context: cause". Nothing here prints.
 */
#ifndef IMGTOP_BASE_ERR_H
#define IMGTOP_BASE_ERR_H

/*
 * What the error says about the item at hand.
 *   permanent: a decoder's verdict on bytes that were read in full; trying again cannot help
 *   transient: the machine's fault (no space, no memory, a signal); the item is never convicted
 *   skip:      not an error of the item: it is not an input of this workload, text says why
 */
enum err_kind { ERR_NONE, ERR_PERMANENT, ERR_TRANSIENT, ERR_SKIP };

enum { ERR_TEXT_BYTES = 512 };

struct err {
	enum err_kind kind;
	char text[ERR_TEXT_BYTES]; /* always terminated, clipped when longer */
};

/* Empty the record. */
void err_clear(struct err *err);

/* Fill the record with a permanent / transient / skip verdict. Returns -1, for `return`. */
int err_permanent(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int err_transient(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int err_skip(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Transient error "formatted text: strerror(errno)". Returns -1. */
int err_errno(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What would help, to stand before the cause: "; a higher limit ... is needed", or "". Of those
 * causes that the file's name and the cause alone do not explain. Leaves errno alone. */
const char *err_hint(int cause);

/* Put "formatted text: " before what the record says; its kind stays. Returns -1. */
int err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
