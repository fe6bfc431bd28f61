/*
 * watch.c - what the supervisor's event loop waits on.
 */
#include "config.h"

#include "engine/watch.h"

#include <stddef.h>
#include <sys/epoll.h>

static struct epoll_event event_of(enum watch_kind kind, unsigned index, bool output)
{
	struct epoll_event event = {.events = EPOLLIN | (output ? (uint32_t)EPOLLOUT : 0)};

	event.data.u64 = (uint64_t)kind << 32 | index;
	return event;
}

void watch_add(int epoll_fd, int fd, enum watch_kind kind, unsigned index)
{
	struct epoll_event event = event_of(kind, index, false);

	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void watch_output(int epoll_fd, int fd, enum watch_kind kind, unsigned index, bool output)
{
	struct epoll_event event = event_of(kind, index, output);

	epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

void watch_remove(int epoll_fd, int fd)
{
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

int watch_wait(int epoll_fd, struct watch_event events[WATCH_EVENTS], int timeout_ms)
{
	struct epoll_event raw[WATCH_EVENTS];
	int count = epoll_wait(epoll_fd, raw, WATCH_EVENTS, timeout_ms);

	for (int i = 0; i < count; i++)
		events[i] = (struct watch_event){.kind = (enum watch_kind)(raw[i].data.u64 >> 32),
						 .index = (unsigned)raw[i].data.u64};
	return count < 0 ? 0 : count;
}
