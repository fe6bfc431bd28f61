/*
 * scan_pair.h - which names are the still and the video of one live photograph (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_SCAN_PAIR_H
#define IMGTOP_WORKLOAD_SCAN_PAIR_H

#include <stdbool.h>
#include <stddef.h>

enum scan_name_kind { SCAN_NAME_OTHER, SCAN_NAME_STILL, SCAN_NAME_VIDEO };

/* What the name's extension says. */
enum scan_name_kind scan_name_kind(const char *name);

/* Length of what the names of a pair have in common: "IMG_1" of IMG_1.HEIC and IMG_1.MOV, "PXL_2"
 * of PXL_2.MP.jpg and PXL_2.MP. */
size_t scan_pair_key(const char *name);

/* Order by what a pair has in common, then by the whole name: pairs stand together. */
int scan_pair_compare(const char *a, const char *b);
int scan_pair_compare_keys(const char *a, size_t a_key, const char *b, size_t b_key);
bool scan_pair_same(const char *a, const char *b);

#endif
