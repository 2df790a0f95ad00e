package io.github.hunyuanvideo.api.stage;

import ai.djl.ndarray.NDArray;

/**
 * What steers one branch of a generation.
 *
 * @param sequence float32 {@code (1, L, D)}, without padding
 * @param pooled float32 {@code (1, P)}
 */
public record Conditioning(NDArray sequence, NDArray pooled) {}
