/* The jitter buffer of speexdsp on a trace: one get and one tick every 20 ms. */
#include <speex/speex_jitter.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 400000, TICK = 20000, SPAN = 160, AFTER = 500000 };

static long arrival[MOST], number[MOST];

static void put(JitterBuffer *buffer, long *n)
{
	JitterBufferPacket p;

	memset(&p, 0, sizeof p);
	p.data = (char *)n;
	p.len = sizeof *n;
	p.timestamp = *n * SPAN;
	p.span = SPAN;
	p.sequence = *n;
	jitter_buffer_put(buffer, &p);
}

static long get(JitterBuffer *buffer)
{
	JitterBufferPacket p;
	spx_int32_t offset;
	long n = -1;

	memset(&p, 0, sizeof p);
	p.data = (char *)&n;
	p.len = sizeof n;
	if (jitter_buffer_get(buffer, &p, SPAN, &offset) != JITTER_BUFFER_OK)
		n = -1;
	jitter_buffer_tick(buffer);
	return n;
}

int main(void)
{
	JitterBuffer *buffer = jitter_buffer_init(SPAN);
	long count = 0, next = 0, sent, now;

	while (count < MOST && scanf("%ld %ld %ld", &arrival[count], &number[count], &sent) == 3)
		count++;
	if (count == 0)
		return 1;
	for (now = 0; now <= arrival[count - 1] + AFTER; now += TICK) {
		for (; next < count && arrival[next] <= now; next++)
			put(buffer, &number[next]);
		if (next > 0)
			printf("%ld %ld\n", now, get(buffer));
	}
	jitter_buffer_destroy(buffer);
	return 0;
}
