/*
 * clock.h - the clocks in use, all in nanoseconds (floor: base).
 */
#ifndef IMGTOP_BASE_CLOCK_H
#define IMGTOP_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SECOND_NS UINT64_C(1000000000)
#define CLOCK_MS_NS	UINT64_C(1000000)

/* CLOCK_MONOTONIC: the same in every process of the machine, so pages may carry it. */
uint64_t clock_ns(void);

/* CLOCK_REALTIME, since the epoch. */
uint64_t clock_real_ns(void);

/* CPU time that the calling thread has used. */
uint64_t clock_thread_cpu_ns(void);

/* "2026-11-20T16:04:01Z" into text. */
void clock_format_utc(uint64_t real_ns, char *text, size_t size);

/* A limit in seconds as milliseconds: none (0) stays none, and no other becomes so; the longest for
 * all that are longer. */
uint32_t clock_limit_ms(double seconds);

/* Seconds as a number for reports. */
double clock_seconds(uint64_t ns);

#endif
