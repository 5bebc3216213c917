"""The database forgets what saving a cell no longer uses."""


def migrate(cr, version):
    """Drop what Odoo leaves behind where a column or a function lost its purpose."""
    # A batch names its campaign and user without keys: checking one locked their rows.
    cr.execute(
        """
        ALTER TABLE preorder_save_batch
            DROP CONSTRAINT IF EXISTS preorder_save_batch_campaign_id_fkey,
            DROP CONSTRAINT IF EXISTS preorder_save_batch_user_id_fkey
        """
    )
    cr.execute("DROP INDEX IF EXISTS preorder_save_batch__campaign_id_index")
    # Versions in between read the settings of prices through a function.
    cr.execute("DROP FUNCTION IF EXISTS preorder_price_settings")
