/*
 * watch.h - what the supervisor's event loop waits on (floor: engine).
 */
#ifndef IMGTOP_ENGINE_WATCH_H
#define IMGTOP_ENGINE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum watch_kind { WATCH_HOST, WATCH_DEATH, WATCH_TETHER, WATCH_SIGNAL, WATCH_CONTROL, WATCH_PEER };

/* Readability of fd, reported with kind and index. */
void watch_add(int epoll_fd, int fd, enum watch_kind kind, unsigned index);
/* The same with or without writability. */
void watch_output(int epoll_fd, int fd, enum watch_kind kind, unsigned index, bool output);
void watch_remove(int epoll_fd, int fd);

struct watch_event {
	enum watch_kind kind;
	unsigned index;
};

enum { WATCH_EVENTS = 64 };

/* Wait at most timeout_ms; returns how many events were stored. */
int watch_wait(int epoll_fd, struct watch_event events[WATCH_EVENTS], int timeout_ms);

#endif
