package io.github.hunyuanvideo.core.text;

import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Longs;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.stage.Prompt;
import java.util.Arrays;

/**
 * A prompt as the language model reads it.
 *
 * @param ids of template and prompt, cut to the longest sequence
 * @param crop how many ids stand before the prompt
 * @param dropped how many ids at the end were cut off
 */
record LlamaTokens(ImmutableLongArray ids, int crop, int dropped) {

  /**
   * Tokenizes a prompt.
   *
   * @param beginOfText the id that begins every text, put in front if the vocabulary does not do so
   *     by itself; −1 for none
   * @throws IllegalArgumentException if the template leaves no room for a prompt
   */
  static LlamaTokens of(
      Prompt prompt, Vocabulary vocabulary, LlamaOptions options, int beginOfText) {
    return new Tokenization(prompt.text(), vocabulary, beginOfText)
        .tokens(options.template(prompt.medium()), options);
  }

  /** One prompt's way to ids, in whatever template. */
  private record Tokenization(String prompt, Vocabulary vocabulary, int beginOfText) {

    LlamaTokens tokens(PromptTemplate template, LlamaOptions options) {
      int longest = options.tokens() + crop(options.template(Medium.VIDEO));
      int crop = crop(template);
      long[] ids = ids(template.apply(prompt));
      if (crop >= Math.min(longest, ids.length)) {
        throw new IllegalArgumentException(
            "the prompt template has %d tokens before the prompt and leaves no room for it in a sequence of %d; use a shorter template or more text tokens"
                .formatted(crop, longest));
      }
      long[] kept = Arrays.copyOf(ids, Math.min(ids.length, longest));
      return new LlamaTokens(
          ImmutableLongArray.copyOf(kept), crop, Math.max(0, ids.length - longest));
    }

    /**
     * How many ids stand before the prompt. The template's last token is not always the same
     * without a prompt: " " and "A" are one token, " A", together. Such a token belongs to the
     * prompt, unless nothing but blanks of it are inside: the official code crops those. One id
     * always remains, for an empty prompt in a template that ends with it.
     */
    private int crop(PromptTemplate template) {
      long[] whole = ids(template.apply(prompt));
      long[] before = ids(template.prefix());
      String blanks = prompt.substring(0, prompt.length() - prompt.stripLeading().length());
      int shared = sharedBeginning(ids(template.prefix() + blanks), whole);
      return Math.max(0, Math.min(Math.min(before.length, shared), whole.length - 1));
    }

    private static int sharedBeginning(long[] one, long[] other) {
      int different = Arrays.mismatch(one, other);
      return different < 0 ? one.length : different;
    }

    private long[] ids(String text) {
      long[] ids = vocabulary.ids(text);
      boolean begins = ids.length > 0 && ids[0] == beginOfText;
      return beginOfText < 0 || begins ? ids : Longs.concat(new long[] {beginOfText}, ids);
    }
  }
}
