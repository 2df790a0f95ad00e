package io.github.hunyuanvideo.cuda;

/**
 * A part of a GPU in MIG mode, which programs see as a GPU of its own.
 *
 * @param profile its share, for example {@code 3g.40gb}
 * @param uuid names this very instance
 */
record MigInstance(String profile, String uuid) {}
