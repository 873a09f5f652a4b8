"""What each warning is about. Those that stand say Health in their published bytes, and so do their rows."""

from django.db import migrations, models

CATEGORIES = ["Health", "Safety", "Fire", "Met", "Geo", "Env", "Infra", "Transport", "Rescue", "CBRNE", "Other"]


class Migration(migrations.Migration):

    dependencies = [
        ('cautions', '0001_cautions'),
    ]

    operations = [
        migrations.AddField(
            model_name='caution',
            name='category',
            field=models.CharField(choices=[(one, one) for one in CATEGORIES], default='Health', max_length=9),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='caution',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', tuple(CATEGORIES))), name='caution_of_a_category'),
        ),
    ]
