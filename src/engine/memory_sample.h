/*
 * memory_sample.h - how much memory the run's processes use (floor: engine).
 */
#ifndef IMGTOP_ENGINE_MEMORY_SAMPLE_H
#define IMGTOP_ENGINE_MEMORY_SAMPLE_H

#include <stdint.h>
#include <sys/types.h>

/* Proportional set size (PSS) of a process in bytes: pages shared by n processes count 1/n, so the
 * sum over a run's processes counts each page once. 0 when the process is gone or may not be looked
 * at. Source: /proc/PID/smaps_rollup. */
uint64_t memory_sample_pss(pid_t pid);

#endif
