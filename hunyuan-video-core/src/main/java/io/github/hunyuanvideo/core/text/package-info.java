/**
 * From words to embeddings: prompt templates, tokenizers, the Llama language model whose hidden
 * states the transformer reads, and CLIP, whose pooled state steers it as a whole (official code:
 * {@code hyvideo/text_encoder/}).
 */
@NullMarked
package io.github.hunyuanvideo.core.text;

import org.jspecify.annotations.NullMarked;
