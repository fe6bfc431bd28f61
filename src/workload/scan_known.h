/*
 * scan_known.h - what earlier scans have left of a folder that is listed (floor: workload).
 *
 * The source's thread only.
 */
#ifndef IMGTOP_WORKLOAD_SCAN_KNOWN_H
#define IMGTOP_WORKLOAD_SCAN_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "media/catalogue.h"
#include "workload/scan_batch.h"

/* A media file of the folder. */
struct scan_found {
	struct scan_file file;
	uint32_t media; /* its number in the matching */
	uint32_t key;	/* bytes of the name that a live photograph's files share */
};

/* Set file.known of count files, sorted by the bytes of their names and matched with their JSON,
 * and dir_known of their item.
 *   error: transient
 *   owner: *known, count of them, are yours: scan_known_free, which takes NULL */
int scan_known_files(struct catalogue *catalogue, struct scan_item *item, struct scan_found *files,
		     size_t count, struct scan_known **known, struct err *err);
void scan_known_free(struct scan_known *known, size_t count);

#endif
