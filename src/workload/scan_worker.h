/*
 * scan_worker.h - a worker's caches and the stages of the scan workload (floor: workload).
 *
 * Two connections to the catalogue are open: the source reads what earlier scans have left, folder
 * by folder, and the stage `store` writes. No other stage has any.
 */
#ifndef IMGTOP_WORKLOAD_SCAN_WORKER_H
#define IMGTOP_WORKLOAD_SCAN_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/catalogue.h"
#include "media/scanfile.h"
#include "workload/scan_batch.h"
#include "workload/workload.h"

struct scan_worker {
	const struct workload_config *config;
	char *root;   /* real path */
	char *dir;    /* that dir_fd stands for, relative to the root; NULL = none yet */
	int dir_fd;   /* -1 = none */
	char *parent; /* whose folders of years are listed in `years`; NULL = none yet */
	char **years; /* names, sorted */
	size_t nyears;
	int parent_fd; /* -1 = none */
	struct scanfile_buffer *buffer;
	struct catalogue *writer;
	int64_t run;
	char *stored_dir; /* that stored_dir_id stands for; NULL after a rollback */
	int64_t stored_dir_id;
	unsigned held;		    /* items since the last commit */
	bool lost;		    /* what is held has been rolled back */
	struct scan_item item;	    /* the one in hand, unpacked */
	int64_t row_id[SCAN_FILES]; /* of its files, for the stage store; 0 = none */
};

/* What one item, and at the end the catalogue, add to the run's result. */
struct scan_result {
	uint64_t written;
	uint64_t unchanged;
	uint64_t failed;
	uint64_t no_media;
	uint64_t matched[SIDECAR_RULES]; /* by rule; [0]: files without a JSON */
	uint64_t ambiguous;
	uint64_t damaged;
	uint64_t bytes;
	double rate; /* bytes a second, of a long pass */
	uint64_t elapsed_ns;
	struct catalogue_end end;
	bool ended;
};

enum { SCAN_LONG_PASS_BYTES = 4 << 20 };

/* Stages, as in struct workload_stage; the fused pass does read to mime. */
int scan_stat(struct work *work, struct err *err);
int scan_sidecar(struct work *work, struct err *err);
int scan_read(struct work *work, struct err *err);
int scan_exif(struct work *work, struct err *err);
int scan_crc(struct work *work, struct err *err);
int scan_mime(struct work *work, struct err *err);
int scan_store(struct work *work, struct err *err);
bool scan_pass_applies(struct work *work);
int scan_pass(struct work *work, struct err *err);

/* Live photographs among the item's files whose row_id are set: does the catalogue have other ones,
 * and put the right ones into it. A file that is as it was has its `known`. error: -1, transient */
bool scan_pairs_differ(const struct scan_worker *worker, const struct scan_batch *batch);
int scan_pairs_put(struct scan_worker *worker, const struct scan_batch *batch, struct err *err);

/* Does the library have this file? A link is none, nor is what lies beyond one; what cannot be
 * looked at may be there. For catalogue_end_run; context is the worker. */
bool scan_is_there(void *context, const char *path, const char *name);

/* As in struct workload. */
int scan_source(struct source *source, struct err *err);
int scan_commit(void *state, struct err *err);
int scan_finish(void *state, struct workload_ending *ending, struct err *err);

/* The item in hand and its rows. error: NULL, transient */
struct scan_batch *scan_begin(struct work *work, enum scan_stage stage, struct err *err);

/* Descriptor of the item's folder, kept open from item to item. error: -1, transient or permanent
 */
int scan_open_dir(struct scan_worker *worker, struct err *err);

/* Forget them, and close the descriptor. */
void scan_drop_years(struct scan_worker *worker);

/* One file that could not be had: tried again with its whole item when the machine is to blame and
 * this was the first attempt (-1), else noted in its row (0). */
int scan_file_failed(struct work *work, struct scan_batch *batch, unsigned index,
		     enum scan_stage stage, struct err *err);

#endif
