/* The audio buffer of librem on a trace, 20 to 160 ms, wired as a receiver: each
 * packet is appended as it comes, each tick reads 20 ms. With the arguments MIN
 * and MAX, frames, libre's jitter buffer stands before it, one get for each put.
 * A packet's samples carry its number, so that the log shows what was played. */
#include <re/re.h>
#include <rem/rem_aubuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400000, TICK = 20000, SPAN = 160, AFTER = 500000 };

static long arrival[MOST], number[MOST];

static void append(struct aubuf *sound, long n)
{
	int16_t frame[SPAN];
	int i;

	for (i = 0; i < SPAN; i += 2) {
		frame[i] = (n + 1) >> 15;
		frame[i + 1] = (n + 1) & 0x7fff;
	}
	aubuf_write_samp(sound, frame, SPAN);
}

static void reorder(struct jbuf *buffer, struct aubuf *sound, long n)
{
	struct rtp_header in, out;
	long *box = mem_zalloc(sizeof *box, NULL);
	void *taken = NULL;

	memset(&in, 0, sizeof in);
	in.ver = 2;
	in.seq = (uint16_t)n;
	in.ts = n * SPAN;
	*box = n;
	jbuf_put(buffer, &in, box);
	mem_deref(box);
	if (jbuf_get(buffer, &out, &taken) == 0) {
		append(sound, *(long *)taken);
		mem_deref(taken);
	}
}

int main(int argc, char **argv)
{
	struct jbuf *buffer = NULL;
	struct aubuf *sound;
	int16_t frame[SPAN];
	long count = 0, next = 0, sent, now;

	while (count < MOST && scanf("%ld %ld %ld", &arrival[count], &number[count], &sent) == 3)
		count++;
	if (count == 0)
		return 1;
	if (argc > 2)
		jbuf_alloc(&buffer, atoi(argv[1]), atoi(argv[2]));
	aubuf_alloc(&sound, 20 * 8 * 2, 160 * 8 * 2);
	for (now = 0; now <= arrival[count - 1] + AFTER; now += TICK) {
		for (; next < count && arrival[next] <= now; next++) {
			if (buffer)
				reorder(buffer, sound, number[next]);
			else
				append(sound, number[next]);
		}
		if (next == 0)
			continue;
		aubuf_read_samp(sound, frame, SPAN);
		printf("%ld %ld\n", now, ((long)frame[0] << 15 | frame[1]) - 1);
	}
	return 0;
}
